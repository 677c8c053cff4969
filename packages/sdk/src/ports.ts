import { hkdfSync, randomBytes } from 'node:crypto'
import type { ApiKeyEntry, CallEvent, Clock, GatewayRules, Sets, UserEntry } from '@sallyport/core'
import { type Issuer, noAnswers, type StagePorts, Verifiers } from '@sallyport/stages'
import type { CounterStore } from '@sallyport/store'
import { createPasswordChecker, newSigningKey, replayMemory } from '@sallyport/tokens'
import { fetchJson } from './fetch-json.ts'

/** What an application takes of the world. */
export interface World {
  readonly clock: Clock
  readonly record: (event: CallEvent) => void
  readonly fault: (error: unknown) => void
}

/** What callers are told by. */
export interface Registered {
  readonly issuers: Readonly<Record<string, Issuer>>
  readonly keys: readonly ApiKeyEntry[]
  readonly users: readonly UserEntry[]
  readonly gateway: GatewayRules
}

const idBytes = 16
const passwordChecks = { running: 2, waiting: 64 }

const keyBytes = 32

/** Signed requests that are remembered for as long as they are good. */
const signedMax = 100_000

/** Keys by purpose that are as old as the process. */
const keysFrom = (secret: Uint8Array) => (purpose: string) =>
  new Uint8Array(hkdfSync('sha256', secret, '', purpose, keyBytes))

const missing = (what: string) => (): never => {
  throw new TypeError(`there is no ${what} here`)
}

function setsOf({ keys, users }: Registered): Sets {
  const byHash = new Map(keys.map(entry => [entry.hash, entry]))
  const byName = new Map(users.map(entry => [entry.name, entry]))
  return { apiKey: hash => byHash.get(hash), user: name => byName.get(name) }
}

/** Ports for guards in one process: what they remember is in its memory. */
export function portsOf(world: World, registered: Registered, store: CounterStore): StagePorts {
  const verifiers = new Verifiers({ clock: world.clock, fetchJson, randomKey: randomBytes(32) })
  const upstreams = { send: missing('upstream') }
  const noTokens = missing('way to verify magic tokens')
  return {
    ...world,
    newId: () => randomBytes(idBytes).toString('hex'),
    counters: store.counters,
    edgeCounters: store.edgeCounters,
    sets: setsOf(registered),
    upstreams,
    asking: upstreams,
    answers: noAnswers,
    stateOf: missing('state for guards'),
    passwords: createPasswordChecker(passwordChecks),
    verifierOf: issuer => verifiers.of(issuer),
    magicTokens: { verify: noTokens, isRevoked: noTokens, isCanary: noTokens, isFirstUse: noTokens, revoke: noTokens },
    derivedKey: keysFrom(randomBytes(keyBytes)),
    keysAt: keys => verifiers.keysAt(keys),
    isFirstUse: replayMemory(signedMax).isFirst,
    callerKey: newSigningKey('EdDSA'),
    issuers: registered.issuers,
    gateway: registered.gateway,
  }
}

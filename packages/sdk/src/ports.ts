import { randomBytes } from 'node:crypto'
import { type CallEvent, type Clock, type GatewayRules, onceEach, type Principal } from '@sallyport/core'
import {
  Introspectors,
  type Issuer,
  newCallId,
  noAnswers,
  outsideAsker,
  type StagePorts,
  Verifiers,
} from '@sallyport/stages'
import type { CounterStore } from '@sallyport/store'
import { createPasswordChecker, type JwtVerifier, newSigningKey, replayMemory } from '@sallyport/tokens'
import type { DerivedKeys } from './derived-keys.ts'
import { fetchJson } from './fetch-json.ts'

/** What an application takes of the world. */
export interface World {
  readonly clock: Clock
  readonly record: (event: CallEvent) => void
  readonly fault: (error: unknown) => void
}

const passwordChecks = { running: 2, waiting: 64 }

/** Signed requests that are remembered for as long as they are good. */
const signedMax = 100_000

const missing = (what: string) => (): never => {
  throw new TypeError(`there is no ${what} here`)
}

/** Nobody is known to all of an application: each method brings what was declared with it. */
const nobody = { apiKey: () => undefined, user: () => undefined }

/** What guards of an application are made with. */
export interface AppPorts extends StagePorts {
  /** A verifier that judges an issuer's tokens by another clock. */
  readonly verifierAt: (issuer: Issuer, clock: Clock) => JwtVerifier<Principal>
}

/** Proofs of the last two minutes. */
const proofsMax = 100_000

/** Ports for guards in one process: what they remember is in its memory. */
export function portsOf(
  world: World & Pick<StagePorts, 'hearsAnswered'>,
  gateway: GatewayRules,
  store: CounterStore,
  keys: DerivedKeys,
): AppPorts {
  const { clock } = world
  const remembering = { clock, fetchJson, randomKey: randomBytes(32) }
  const verifiers = new Verifiers(remembering)
  const introspectors = new Introspectors(remembering)
  const upstreams = { send: missing('upstream') }
  const noTokens = missing('way to verify magic tokens')
  return {
    ...world,
    newId: newCallId,
    counters: store.counters,
    edgeCounters: store.edgeCounters,
    trialCounters: store.trialCounters,
    sets: nobody,
    upstreams,
    asking: upstreams,
    answers: noAnswers,
    stateOf: missing('state for guards'),
    passwords: createPasswordChecker(passwordChecks),
    verifierOf: onceEach(issuer => verifiers.at(issuer, clock)),
    verifierAt: (issuer, at) => verifiers.at(issuer, at),
    introspectorOf: options => introspectors.of(options),
    askOutside: outsideAsker(fetchJson),
    magicTokens: {
      verify: noTokens,
      isRevoked: noTokens,
      isCanary: noTokens,
      isFirstUse: replayMemory(proofsMax).isFirst,
      revoke: noTokens,
    },
    ...keys,
    keysAt: keys => verifiers.keysAt(keys),
    isFirstUse: replayMemory(signedMax).isFirst,
    callerKey: newSigningKey('EdDSA'),
    issuers: {},
    gateway,
  }
}

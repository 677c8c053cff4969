import { randomBytes } from 'node:crypto'
import {
  type Arrival,
  type CallEvent,
  type Clock,
  type Counters,
  type Principal,
  type Problem,
  Registry,
  type Sets,
  type Snapshot,
} from '@sallyport/core'
import {
  buildRoutes,
  clientAddress,
  type Door,
  type Handled,
  handle,
  type Issuer,
  type KeysAt,
  type MagicTokens,
  principalOf,
  type Routes,
  type StagePorts,
  type Upstreams,
  unreadableEvent,
} from '@sallyport/stages'
import {
  type Claims,
  createJwtVerifier,
  type FetchJson,
  type JwtVerifier,
  type KeySource,
  type PasswordChecker,
  remoteKeys,
  type SigningKey,
} from '@sallyport/tokens'
import { newCallId } from './call-id.ts'
import type { Judge } from './listen/serve.ts'

/** What a gateway needs of the world. Everything in here outlives a reload. */
export interface GatewayPorts {
  readonly clock: Clock
  readonly counters: Counters
  readonly edgeCounters: Counters
  readonly upstreams: Upstreams
  readonly stateOf: StagePorts['stateOf']
  readonly passwords: PasswordChecker
  readonly magicTokens: MagicTokens
  readonly callerKey: SigningKey
  readonly fetchJson: FetchJson
  readonly record: (event: CallEvent) => void
  readonly fault: (error: unknown) => void
}

/** Rules and tables, as a file or a control plane gives them. */
export interface Rules {
  readonly snapshot: Snapshot<StagePorts, Issuer>
  readonly sets: Sets
}

interface Loaded {
  readonly rules: Rules
  readonly routes: Routes
  readonly door: Door
  /** Milliseconds since the epoch. */
  readonly since: number
}

const keysId = (keys: KeysAt): string =>
  'source' in keys ? keys.id : 'discovery' in keys ? `issuer ${keys.discovery}` : `url ${keys.jwksUrl}`

const verifierId = ({ name, rules, keys, claims }: Issuer): string =>
  `${keysId(keys)} ${JSON.stringify({ ...rules, revoked: [...(rules.revoked ?? [])] })} ${JSON.stringify({ name, claims })}`

const readerOf = (issuer: Issuer) => (claims: Claims, token: string) => principalOf(issuer, claims, token)

/** Judges calls by the rules that were loaded last. */
export class Gateway implements Judge {
  readonly #ports: GatewayPorts
  readonly #keySources = new Registry<KeySource>()
  readonly #verifiers = new Registry<JwtVerifier<Principal>>()
  readonly #randomKey = randomBytes(32)
  #loaded: Loaded | undefined

  constructor(ports: GatewayPorts) {
    this.#ports = ports
  }

  /** The rules that calls are judged by, and since when: milliseconds since the epoch. Throws before any were loaded. */
  get inForce(): Pick<Loaded, 'rules' | 'since'> {
    return this.#current()
  }

  /** Takes up rules. Throws where they cannot be made: then the ones before stay. */
  async load(rules: Rules): Promise<void> {
    const ports = this.stagePorts(rules)
    const routes = await buildRoutes(rules.snapshot, ports)
    const addressOf = clientAddress(rules.snapshot.gateway)
    const since = this.#ports.clock.now()
    this.#loaded = { rules, routes, door: { ports, routes: () => routes, addressOf }, since }
    this.#forgetIssuers(Object.values(rules.snapshot.issuers))
  }

  handle(arrival: Arrival): Handled | Promise<Handled> {
    return handle(arrival, this.#current().door)
  }

  unreadable(problem: Problem, peer: string | undefined): string {
    const id = newCallId()
    const snapshot = this.#loaded?.routes.hash ?? ''
    this.#ports.record(unreadableEvent(problem, { id, at: this.#ports.clock.now(), snapshot, peer }))
    return id
  }

  #current(): Loaded {
    if (this.#loaded === undefined) throw new Error('no rules were loaded')
    return this.#loaded
  }

  /** What guards under these rules are made with. */
  stagePorts({ snapshot, sets }: Rules): StagePorts {
    const { fetchJson: _, ...ports } = this.#ports
    return {
      ...ports,
      ...{ asking: ports.upstreams, sets, newId: newCallId },
      issuers: snapshot.issuers,
      gateway: snapshot.gateway,
      verifierOf: issuer => this.#verifierOf(issuer),
    }
  }

  /** Key sets and verifiers of issuers that the rules no longer have are let go; calls under way hold theirs. */
  #forgetIssuers(issuers: readonly Issuer[]): void {
    this.#verifiers.keepOnly(new Set(issuers.map(verifierId)))
    this.#keySources.keepOnly(new Set(issuers.map(({ keys }) => keysId(keys))))
  }

  /** A verifier that judges an issuer's tokens by a clock and remembers nothing of other verifiers. */
  verifierAt(issuer: Issuer, clock: Clock): JwtVerifier<Principal> {
    const ports = { clock, randomKey: this.#randomKey }
    return createJwtVerifier(issuer.rules, this.#sourceOf(issuer.keys), ports, readerOf(issuer))
  }

  /** One an issuer: what was verified is remembered across APIs and reloads, unless the rules or given keys changed. */
  #verifierOf(issuer: Issuer): JwtVerifier<Principal> {
    return this.#verifiers.get(verifierId(issuer), () => this.verifierAt(issuer, this.#ports.clock))
  }

  #sourceOf(keys: KeysAt): KeySource {
    if ('source' in keys) return keys.source
    const { clock, fetchJson } = this.#ports
    const location = 'discovery' in keys ? { issuer: keys.discovery } : { url: keys.jwksUrl }
    return this.#keySources.get(keysId(keys), () => remoteKeys({ location, fetchJson, clock }))
  }
}

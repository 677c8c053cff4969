import { randomBytes } from 'node:crypto'
import type { Arrival, CallEvent, Clock, Counters, Problem, Sets, Snapshot } from '@sallyport/core'
import {
  buildRoutes,
  clientAddress,
  type Door,
  type Handled,
  handle,
  type Issuer,
  type MagicTokens,
  type Routes,
  type StagePorts,
  type Upstreams,
  unreadableEvent,
  Verifiers,
} from '@sallyport/stages'
import type { FetchJson, PasswordChecker, SigningKey } from '@sallyport/tokens'
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
  readonly derivedKey: StagePorts['derivedKey']
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

/** Judges calls by the rules that were loaded last. */
export class Gateway implements Judge {
  readonly #ports: GatewayPorts
  /** Of issuers' tokens. */
  readonly verifiers: Verifiers
  #loaded: Loaded | undefined

  constructor(ports: GatewayPorts) {
    this.#ports = ports
    this.verifiers = new Verifiers({ ...ports, randomKey: randomBytes(32) })
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
    this.verifiers.keepOnly(Object.values(rules.snapshot.issuers))
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
      verifierOf: issuer => this.verifiers.of(issuer),
    }
  }
}

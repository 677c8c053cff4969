import { randomBytes } from 'node:crypto'
import {
  type Arrival,
  type CallEvent,
  type Clock,
  type Counters,
  HeaderList,
  type Problem,
  type Reply,
  type Sets,
  type Snapshot,
} from '@sallyport/core'
import type { Judge } from '@sallyport/http1'
import {
  type AnswerStore,
  buildRoutes,
  clientAddress,
  type Door,
  endsTls,
  type From,
  type Handled,
  handle,
  Introspectors,
  type Issuer,
  type KeysAt,
  type MagicTokens,
  newCallId,
  outsideAsker,
  type Routes,
  type StagePorts,
  type Upstreams,
  unreadable,
  Verifiers,
} from '@sallyport/stages'
import type { FetchJson, IntrospectorOptions, PasswordChecker, SigningKey } from '@sallyport/tokens'

/** What a gateway needs of the world. Everything in here outlives a reload. */
export interface GatewayPorts {
  readonly clock: Clock
  readonly counters: Counters
  readonly edgeCounters: Counters
  readonly trialCounters: Counters
  readonly upstreams: Upstreams
  readonly answers: AnswerStore
  readonly stateOf: StagePorts['stateOf']
  readonly passwords: PasswordChecker
  readonly magicTokens: MagicTokens
  readonly derivedKey: StagePorts['derivedKey']
  readonly isFirstUse: StagePorts['isFirstUse']
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

/** A door at which others ask: its name, the way of its calls, and where a call comes from. */
export type DoorAt = Required<Pick<Door, 'name' | 'way' | 'addressOf'>>

interface Loaded {
  readonly rules: Rules
  readonly routes: Routes
  readonly door: Door
  /** Whether a call that came without TLS did so from a trusted proxy that ended it. */
  readonly endsTls: ReturnType<typeof endsTls> | undefined
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** Judges calls by the rules that were loaded last. */
export class Gateway implements Judge {
  readonly #ports: GatewayPorts
  /** Of issuers' tokens. */
  readonly verifiers: Verifiers
  readonly #introspectors: Introspectors
  readonly #askOutside: StagePorts['askOutside']
  #loaded: Loaded | undefined

  constructor(ports: GatewayPorts) {
    this.#ports = ports
    const remembering = { ...ports, randomKey: randomBytes(32) }
    this.verifiers = new Verifiers(remembering)
    this.#introspectors = new Introspectors(remembering)
    this.#askOutside = outsideAsker(ports.fetchJson)
  }

  /** The rules that calls are judged by, and since when: milliseconds since the epoch. Throws before any were loaded. */
  get inForce(): Pick<Loaded, 'rules' | 'since'> {
    return this.#current()
  }

  /** Takes up rules. Throws where they cannot be made: then the ones before stay. */
  async load(rules: Rules): Promise<void> {
    const asked: KeysAt[] = []
    const introspecting: IntrospectorOptions[] = []
    const ports: StagePorts = {
      ...this.stagePorts(rules),
      introspectorOf: options => {
        introspecting.push(options)
        return this.#introspectors.of(options)
      },
      keysAt: keys => {
        asked.push(keys)
        return this.verifiers.keysAt(keys)
      },
    }
    const routes = await buildRoutes(rules.snapshot, ports)
    const addressOf = clientAddress(rules.snapshot.gateway)
    const since = this.#ports.clock.now()
    const { trustedProxies } = rules.snapshot.gateway
    this.#loaded = {
      ...{ rules, routes, door: { ports, routes: () => routes, addressOf }, since },
      endsTls: trustedProxies.length === 0 ? undefined : endsTls(rules.snapshot.gateway),
    }
    this.verifiers.keepOnly(Object.values(rules.snapshot.issuers), asked)
    this.#introspectors.keepOnly(introspecting)
  }

  handle(arrival: Arrival): Handled | Promise<Handled> {
    const { door, endsTls } = this.#current()
    if (endsTls === undefined || arrival.encrypted) return handle(arrival, door)
    const encrypted = endsTls(arrival.peer, new HeaderList(arrival.rawHeaders))
    return handle({ ...arrival, encrypted }, door)
  }

  /** Judges a call that somebody asks about at a door of its own. */
  judgeAt(arrival: Arrival, at: DoorAt): Handled | Promise<Handled> {
    return handle(arrival, { ...this.#current().door, ...at })
  }

  /** Resolves when every call that is over is recorded: some are a little later. */
  async recorded(): Promise<void> {
    await this.#loaded?.routes.findings.settled()
  }

  unreadable(problem: Problem, from: From, door?: string): Reply {
    const loaded = this.#current().door
    return unreadable(problem, from, door === undefined ? loaded : { ...loaded, name: door })
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
      introspectorOf: options => this.#introspectors.of(options),
      keysAt: keys => this.verifiers.keysAt(keys),
      askOutside: this.#askOutside,
    }
  }
}

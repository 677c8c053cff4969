import type { Asked, CredentialId, Ended, Identity, Json, Problem } from '@sallyport/core'

/** What a module may want: see docs/guard-modules.md. */
export const moduleNeeds = ['body', 'answer', 'upstream', 'state'] as const
export type ModuleNeed = (typeof moduleNeeds)[number]

/** Who calls, as a module sees it. */
export interface SeenCaller {
  readonly user: Identity | undefined
  readonly application: Identity | undefined
  readonly actors: readonly Identity[]
  /** `part` is the id of a magic token's last part: a narrowed token is another than the one that it was made of. */
  readonly credential: CredentialId & { readonly part?: string }
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly claims: Readonly<Record<string, Json>>
}

/** A call as a module sees it, the same object in all of its functions: plain values, without the caller's credentials and cookies. */
export interface SeenCall {
  readonly id: string
  /** Milliseconds since the epoch at arrival. */
  readonly at: number
  readonly api: string
  readonly operation: string
  readonly method: string
  /** Below the API's own path, normalised. */
  readonly path: string
  /** With its question mark; empty where there is none. */
  readonly query: string
  /** What the path template captured, decoded once. */
  readonly parameters: Readonly<Record<string, string>>
  /** Lower-case names to every value. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly ip: string | undefined
  readonly caller: SeenCaller
  /** Where the module needs it: the JSON body; undefined where there is none. Rejects where it is no strict JSON, which refuses the call. */
  body?(): Promise<Json | undefined>
  /** Where the module needs it: GETs a path of the call's own upstream, with the credential that the call gets. */
  upstream?(path: string): Promise<Asked>
}

/** An upstream's answer as a module sees it. */
export interface SeenAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** Where the module needs it: the answer's JSON, at most 1 MiB; undefined where there is none. */
  json?(): Promise<Json | undefined>
}

/** Header fields that a module adds. */
export interface Added {
  readonly headers?: Readonly<Record<string, string>>
}

/** How a module may refuse. */
export const refusals = ['not-allowed', 'not-owned', 'change-under-way'] as const

export interface Refusing {
  readonly code?: (typeof refusals)[number]
  /** A sentence for the caller. */
  readonly detail?: string
}

/** What a module remembers. Where it needs `state`. */
export interface ModuleState {
  get(key: string): Json | undefined
  /** All or none, on disk when this resolves; a key with undefined goes. */
  put(changes: Readonly<Record<string, Json | undefined>>): Promise<void>
  /** Keys for this call alone; undefined where another has one of them. What comes back lets them go. */
  hold(keys: readonly string[]): (() => void) | undefined
}

export interface ModulePorts {
  /** Milliseconds since the epoch. */
  now(): number
  /** What to throw in order to refuse; `reason` goes to the log only. */
  refuse(reason: string, refusing?: Refusing): Problem
  readonly state?: ModuleState
}

/** What a module makes of its settings, once at each load. */
export interface ModuleGuard {
  check(call: SeenCall): void | Promise<void>
  prepare?(call: SeenCall): Added | void | Promise<Added | undefined> | Promise<void>
  reply?(answer: SeenAnswer, call: SeenCall): Added | void | Promise<Added | undefined> | Promise<void>
  done?(ended: Ended, call: SeenCall): void | Promise<void>
}

/** A guard as an ES module exports it. */
export interface GuardModule<Config> {
  readonly needs: readonly ModuleNeed[]
  create(config: Config, ports: ModulePorts): ModuleGuard
}

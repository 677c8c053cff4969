import type { Secret } from './secret.ts'
import type { StageName } from './stage-names.ts'

/** Where a rule was written: the nearest one wins in identify and forward; elsewhere they add up. */
export type Level = 'gateway' | 'api' | 'operation' | 'openapi'

/** One rule of one stage, as data: the guard's kind, the name it is known by, and its checked settings. */
export interface Rule {
  readonly stage: StageName
  readonly kind: string
  readonly name: string
  readonly config: unknown
  readonly from: Level
}

/** How callers are told apart: one method, or several of which one or all must be good. */
export type IdentifyRule =
  | { readonly any: readonly IdentifyRule[] }
  | { readonly all: readonly IdentifyRule[] }
  | { readonly kind: string; readonly config: unknown }

/** What tells operations with the same method and path apart. Every named member must hold the given value. */
export interface Selector {
  readonly header?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** RFC 6901 pointers into a JSON body. */
  readonly json?: Readonly<Record<string, string | number | boolean>>
}

/** A credential of ours that the upstream wants. */
export type UpstreamCredential =
  | { readonly kind: 'header' | 'query'; readonly name: string; readonly value: Secret }
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'bearer'; readonly token: Secret }

export interface Timeouts {
  readonly connectMs: number
  readonly headersMs: number
  readonly bodyMs: number
  readonly wholeMs: number
}

export interface ForwardRule {
  /** Origin and base path, without a trailing slash: `http://127.0.0.1:9001`, `https://host/base`. */
  readonly to: string
  /** PEM certificates that this upstream alone is trusted by. */
  readonly ca: string | undefined
  readonly credential: UpstreamCredential | undefined
  /** The header in which the backend is told the verified caller. */
  readonly caller: { readonly header: string } | undefined
  readonly timeouts: Timeouts
  /** Lower-case names of headers that cross over though they would be removed. */
  readonly pass: readonly string[]
  /** How many connections at the most. */
  readonly connections: number
}

export interface Operation {
  /** `GET /items/{id}`, with the selector where there is one: what policies, limits, events and explanations key on. */
  readonly id: string
  /** `*` for any. */
  readonly method: string
  /** Path template below the API's own path. */
  readonly template: string
  readonly selector: Selector | undefined
  readonly identify: IdentifyRule
  /** admit, authorize, limit, inspect and protect, inheritance applied, in order of stage. */
  readonly rules: readonly Rule[]
  readonly forward: ForwardRule
}

/** How an API's refusals look. */
export interface ErrorForm {
  readonly as: 'problem' | 'json'
  readonly message: boolean
}

export interface Api {
  readonly name: string
  /** Begins with `/`, no trailing slash; empty for the root. */
  readonly path: string
  readonly keepPath: boolean
  readonly errors: ErrorForm
  readonly operations: readonly Operation[]
}

/** Tried passwords and tokens: how many failures are borne before any hash or I/O is spent. */
export interface GuessingRule {
  readonly perIp: { readonly count: number; readonly windowMs: number }
  readonly perAccount: { readonly count: number; readonly windowMs: number }
}

export interface GatewayRules {
  /** How callers reach this gateway from outside, without a trailing slash. */
  readonly url: string | undefined
  /** Hosts that are served; empty for any. */
  readonly hosts: readonly string[]
  readonly trustedProxies: readonly string[]
  readonly clientAddress: 'forwarded' | 'x-forwarded-for' | undefined
  readonly guessing: GuessingRule
}

/** Routes and rules: one small immutable value, replaced whole. A file makes one; a control plane can make one. */
export interface Snapshot {
  /** Names this state of the rules in every record: the SHA-256 of what was read, in hex. */
  readonly hash: string
  readonly gateway: GatewayRules
  /** Shared things that methods refer to by name, checked settings each: issuers, key files, user files. */
  readonly issuers: Readonly<Record<string, unknown>>
  readonly apis: readonly Api[]
}

import type {
  CallEvent,
  Clock,
  Counters,
  ForwardRule,
  GatewayRules,
  Outgoing,
  Registry,
  Reply,
  Sets,
} from '@sallyport/core'
import type { JwtRules, JwtVerifier, KeySource, PasswordChecker, SigningKey } from '@sallyport/tokens'

/** Sends a request on and gives the answer's head as soon as it is there. Throws Problem `upstream-…`. */
export interface Upstreams {
  send(outgoing: Outgoing, rule: ForwardRule): Reply | Promise<Reply>
}

/** An issuer as the configuration gives it: whom it may vouch for, with which keys, and where claims stand. */
export interface Issuer {
  readonly rules: JwtRules
  readonly keys: KeysAt
  readonly claims: ClaimPaths
}

/** Where an issuer's keys are. */
export type KeysAt =
  | { readonly discovery: string }
  | { readonly jwksUrl: string }
  | { readonly source: KeySource; readonly id: string }

/** Dotted paths into the claims; a leading `/` makes the whole text one claim name, for names that are URLs. */
export interface ClaimPaths {
  readonly user: string
  readonly application: readonly string[]
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

/** What guards are made with. State in here outlives a reload. */
export interface StagePorts {
  readonly clock: Clock
  /** 128 random bits in hex. */
  readonly newId: () => string
  readonly counters: Counters
  readonly sets: Sets
  readonly upstreams: Upstreams
  readonly passwords: PasswordChecker
  /** Key sources by stable id. `remote` makes one that fetches. */
  readonly keySources: Registry<KeySource>
  readonly remoteKeys: (at: { readonly discovery: string } | { readonly jwksUrl: string }) => KeySource
  readonly verifier: (rules: JwtRules, source: KeySource) => JwtVerifier
  /** Signs what the backend is told of the caller. */
  readonly callerKey: SigningKey
  readonly record: (event: CallEvent) => void
  readonly issuers: Readonly<Record<string, Issuer>>
  readonly gateway: GatewayRules
}

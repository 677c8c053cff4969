import type { Call, View } from './call.ts'
import type { LimitRule, Take } from './counters.ts'
import type { Principal } from './principal.ts'

/** One rule about a call: `check` refuses by throwing a Problem. It answers without a promise where no I/O is needed. */
export interface Guard {
  check(view: View): void | Promise<void>
}

/** A rule about the caller's rights. `scopes` are those that a challenge may name (RFC 6750 section 3). */
export interface AuthorizeGuard extends Guard {
  readonly scopes: readonly string[]
}

/** A rule that needs no caller yet. */
export interface AdmitGuard {
  check(call: Call): void | Promise<void>
}

/** A limit says what it would take; the stage takes all of a route's limits together or none. */
export interface Limit {
  readonly rule: LimitRule
  readonly headers: LimitHeaders
  /** What this call takes. At admit there is no principal yet. */
  take(call: Call, principal: Principal | undefined): Take
}

/** Which fields tell a caller how a limit stands: the IETF draft's, the older X-RateLimit names, both or none. */
export type LimitHeaders = 'standard' | 'x' | 'both' | 'none'

/** Where a credential stands in a request. Header names in lower case. */
export type Place =
  | { readonly in: 'header'; readonly name: string; readonly scheme: string | undefined }
  | { readonly in: 'query'; readonly name: string }
  | { readonly in: 'cookie'; readonly name: string }

/** A WWW-Authenticate challenge (RFC 9110 section 11.6.1) without error parameters. */
export interface MethodChallenge {
  readonly scheme: string
  readonly parameters: readonly string[]
}

/** One way to tell who is calling. */
export interface Method {
  readonly kind: string
  /** Where it reads: nowhere for anonymous, whose credential is the empty text. */
  readonly places: readonly Place[]
  /** What tells this method's credentials from others in the same place: `iss=…`, `prefix=sp_`; undefined claims all. */
  readonly mark: string | undefined
  /** Whether a credential found in its place is this method's own. */
  owns(credential: string): boolean
  /** The account that a credential names, so that guesses can be counted before any hash. */
  account?(credential: string): string | undefined
  /** Throws Problem `credential-bad`, `credential-expired`, `credential-refused-here` or `issuer-unavailable`. */
  verify(credential: string, call: Call): Principal | Promise<Principal>
  readonly challenge: MethodChallenge | undefined
  /** A second one, for clients that wait for it before they send a password. */
  readonly passwordChallenge?: MethodChallenge | undefined
  /** A third, for clients that prove to have the key that their token is bound to (RFC 9449 section 7.1). */
  readonly proofChallenge?: MethodChallenge | undefined
}

import type { AttributeType } from './attribute.ts'
import type { Call } from './call.ts'
import type { Principal } from './principal.ts'
import type { TokenPolicy } from './snapshot.ts'

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
  /**
   * `tokens` is what the API asks of magic tokens. Throws Problem `credential-bad`, `credential-expired`, `credential-refused-here` or
   * `issuer-unavailable`.
   */
  verify(credential: string, call: Call, tokens: TokenPolicy): Principal | Promise<Principal>
  /** The claims that its callers may have, by their declared names. */
  readonly attributes?: Readonly<Record<string, AttributeType>> | undefined
  /** Who gives its credentials to callers, where that is one and is known: an issuer of tokens. */
  readonly authority?: string | undefined
  readonly challenge: MethodChallenge | undefined
  /** A second one, for clients that wait for it before they send a password. */
  readonly passwordChallenge?: MethodChallenge | undefined
  /** A third, for clients that prove to have the key that their token is bound to (RFC 9449 section 7.1). */
  readonly proofChallenge?: MethodChallenge | undefined
}

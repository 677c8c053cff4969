import type { Attribute } from './attribute.ts'
import type { Grant } from './grant.ts'
import type { Json } from './json.ts'

/** Someone as one issuer names them. Two issuers' subjects never meet. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
}

/** Which credential spoke for the caller. `id` is safe to log: a key's id, a token's jti or fingerprint. */
export interface CredentialId {
  readonly kind: string
  readonly id: string
}

/** Who is calling. Roles, scopes, groups and claims are those that the credential's own issuer gave. */
export interface Principal {
  readonly user: Identity | undefined
  readonly application: Identity | undefined
  /** Who acts for whom, nearest first (RFC 8693 section 4.1, `act`). */
  readonly actors: readonly Identity[]
  readonly credential: CredentialId
  readonly scopes: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  readonly claims: Readonly<Record<string, Json>>
  /** Claims that rules may name, by the names that were declared for them; undefined for one that isn't of its declared type. */
  readonly attributes?: ReadonlyMap<string, Attribute | undefined> | undefined
  /** What the credential itself permits and brings, where it is of a kind that does. */
  readonly grant?: Grant
}

import { Secret } from '@sallyport/core'
import { identifyKinds } from '@sallyport/stages'
import type { ClaimPathOptions } from './claim-path-options.ts'
import { declared } from './declared.ts'
import type { MethodRule } from './identify.ts'
import type { PlaceOptions } from './place.ts'

export interface OAuth2Options extends PlaceOptions, ClaimPathOptions {
  /** The authority's introspection endpoint (RFC 7662): https, or http on this machine. */
  readonly introspection: string
  /** As whom it is asked. */
  readonly clientId: string
  readonly clientSecret: Secret | string
  /** How the authority is shown the secret: `client_secret_basic` unless given. */
  readonly authentication?: 'client_secret_basic' | 'client_secret_post'
  /** What `iss` of an answer must say, and what callers are named by: any, and the endpoint's origin, unless given. */
  readonly issuer?: string
  /** One of these must be among those of an answer. */
  readonly audience?: string | string[]
  /** Whether an answer must say that the token is a bearer token: refresh tokens are active too. `optional` unless given. */
  readonly tokenType?: 'required' | 'optional'
  /** `opaque`: JWTs are left to another way that reads the same place. `any` unless given. */
  readonly tokens?: 'any' | 'opaque'
  /** How long a good answer is remembered, and a revoked token may still be good: `30s` unless given, `10m` at the most, `0s` for not at all. */
  readonly remember?: string
  /** How long an answer may take: `5s` unless given. */
  readonly timeout?: string
  /** How far clocks may differ: not at all unless given. */
  readonly leeway?: string
}

/** A token that an authority is asked about (RFC 7662). Throws TypeError that names the option which won't do. */
export function oauth2({ clientSecret, ...options }: OAuth2Options): MethodRule {
  const shown = clientSecret instanceof Secret ? clientSecret.reveal() : clientSecret
  return { bound: declared('oauth2', identifyKinds.oauth2.settings, { ...options, clientSecret: shown }) }
}

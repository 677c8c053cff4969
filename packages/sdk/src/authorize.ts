import { type AuthorizeGuard, Secret } from '@sallyport/core'
import { authorizeKinds, type Bound } from '@sallyport/stages'
import { declared } from './declared.ts'

export type AuthorizeRule = Bound<AuthorizeGuard>

export const isAuthorizeRule = (value: unknown): value is AuthorizeRule =>
  typeof value === 'object' && value !== null && 'create' in value && 'kind' in value

/** Whoever was identified may call. */
export const anyone: AuthorizeRule = declared('anyone', authorizeKinds.anyone.settings, true)

/** All of these scopes are needed. */
export const scopes = (...needed: readonly string[]): AuthorizeRule =>
  declared('scopes', authorizeKinds.scopes.settings, needed)

/** One of these roles is needed. */
export const roles = (...accepted: readonly string[]): AuthorizeRule =>
  declared('roles', authorizeKinds.roles.settings, accepted)

export interface OutsideOptions {
  /** The base URL of an AuthZEN 1.0 engine: https, or http on this machine. */
  readonly authzen?: string
  /** Where an XACML 3.0 engine is asked by its REST and JSON profiles. */
  readonly xacml?: string
  /** As whom it is asked, if it wants to know: a bearer token, or a name and a password. */
  readonly bearer?: Secret | string
  readonly basic?: { readonly username: string; readonly password: Secret | string }
  /** How long an answer may take: `2s` unless given. */
  readonly timeout?: string
}

const shown = (secret: Secret | string) => (secret instanceof Secret ? secret.reveal() : secret)

/** An engine outside is asked about each call; what is no plain yes refuses. Throws TypeError that names the option which won't do. */
export const outside = ({ bearer, basic, ...options }: OutsideOptions): AuthorizeRule =>
  declared('outside', authorizeKinds.outside.settings, {
    ...options,
    ...(bearer !== undefined && { bearer: shown(bearer) }),
    ...(basic !== undefined && { basic: { ...basic, password: shown(basic.password) } }),
  })

/** Whoever brings a magic token may do what it permits. */
export const token: AuthorizeRule = declared('token', authorizeKinds.token.settings, true)

import type { AuthorizeGuard } from '@sallyport/core'
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

/** Whoever brings a magic token may do what it permits. */
export const token: AuthorizeRule = declared('token', authorizeKinds.token.settings, true)

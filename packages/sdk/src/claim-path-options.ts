import type { AttributeType } from '@sallyport/core'

/** Where claims say what: paths with dots between members. */
export interface ClaimPathOptions {
  /** Where the product of this name says what; the others go before it. */
  readonly shape?: 'keycloak' | 'entra' | 'auth0' | 'cognito'
  readonly user?: string | string[]
  readonly application?: string | string[]
  readonly scopes?: string | string[]
  readonly roles?: string | string[]
  readonly groups?: string | string[]
  /** Claims that policies may name: what each holds, and where it stands if not under its name. */
  readonly claims?: Readonly<Record<string, AttributeType | { readonly at?: string; readonly is: AttributeType }>>
}

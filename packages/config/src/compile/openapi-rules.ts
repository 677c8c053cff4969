import type { AuthorizeGuard } from '@sallyport/core'
import { authorizeKinds, type Bound } from '@sallyport/stages'
import type { Security } from '../openapi/security.ts'

/**
 * What an OpenAPI document's own security asks of the caller's rights: the scopes of one alternative. An alternative
 * without scopes asks for a credential only, which identify sees to. Undefined where the document says nothing.
 */
export function securityRules(security: Security | undefined): Bound<AuthorizeGuard>[] {
  if (security === undefined) return []
  const alternatives = security === 'none' ? [[]] : security.map(schemes => schemes.flatMap(({ scopes }) => scopes))
  if (alternatives.some(scopes => scopes.length === 0)) return [authorizeKinds.anyone.settings.parse(true)]
  const [only, ...others] = alternatives
  if (others.length === 0) return [authorizeKinds.scopes.settings.parse(only)]
  return [authorizeKinds.anyOf.settings.parse(alternatives.map(scopes => ({ scopes })))]
}

import { isReading } from '@sallyport/stages'
import type { OpenApiOperation } from '../openapi/operations.ts'

/** What an operation wants of its caller: all of these scopes, or any one of several such rules. */
export type Authorization =
  | { readonly scopes: readonly string[] }
  | { readonly anyOf: readonly { readonly scopes: readonly string[] }[] }

/**
 * The scopes that the document wants for the operation, else one of our own: `<api>:read` or `<api>:write`. An
 * alternative without scopes is left out, and nothing is ever open: that is for the user to write.
 */
export function authorizationOf({ method, security }: OpenApiOperation, api: string): Authorization {
  const alternatives = security === undefined || security === 'none' ? [] : security
  const wanted = alternatives.map(uses => [...new Set(uses.flatMap(use => use.scopes))].sort())
  const distinct = new Map(wanted.filter(scopes => scopes.length > 0).map(scopes => [scopes.join(' '), { scopes }]))
  const [only, ...others] = distinct.values()
  if (only === undefined) return { scopes: [`${api}:${isReading(method) ? 'read' : 'write'}`] }
  return others.length === 0 ? only : { anyOf: [only, ...others] }
}

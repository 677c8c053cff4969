import { Problem } from '@sallyport/core'
import type { Route } from '../route.ts'
import { metadataPath } from './resource-metadata.ts'

const escaped = (text: string) => text.replace(/[\\"]/g, '\\$&')
const parameter = (name: string, value: string) => `${name}="${escaped(value)}"`

/** RFC 6749 section 3.3. A scope of another form can be demanded, as some products give such, but no challenge can name it. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** OAuth 2.0 error codes that a Bearer challenge names (RFC 6750 section 3.1). */
const bearerErrors: Readonly<Record<string, string>> = {
  'credential-bad': 'invalid_token',
  'credential-expired': 'invalid_token',
  'scope-missing': 'insufficient_scope',
}

/** Those of a DPoP challenge (RFC 9449 section 7.1). */
const proofErrors: Readonly<Record<string, string>> = { ...bearerErrors, 'proof-bad': 'invalid_dpop_proof' }

/** What each scheme names errors by; the others know none. */
const errorsBy: Readonly<Record<string, typeof bearerErrors>> = { Bearer: bearerErrors, DPoP: proofErrors }

/** A token is called bad only where it was: RFC 6750 section 3.1 has no error for calls that brought none. */
function errorOf(code: string, errors: typeof bearerErrors, kind: string, refusedBy: string | undefined) {
  const another = code !== 'scope-missing' && refusedBy !== undefined && refusedBy !== kind
  return another || !Object.hasOwn(errors, code) ? undefined : errors[code]
}

function challengesOf(route: Route, code: string, refusedBy: string | undefined): string[] {
  return route.identify.challenges.map(({ kind, scheme, parameters }) => {
    const error = errorOf(code, errorsBy[scheme] ?? {}, kind, refusedBy)
    const all = [...parameters]
    if (error !== undefined) all.push(parameter('error', error))
    if (scheme !== 'Bearer') return `${scheme} ${all.join(', ')}`
    if (route.scopes.length > 0 && route.scopes.every(scope => scopeToken.test(scope)))
      all.push(parameter('scope', route.scopes.join(' ')))
    const { url } = route.ports.gateway
    if (url !== '') all.push(parameter('resource_metadata', `${url}${metadataPath(route.resourcePath)}`))
    return `Bearer ${all.join(', ')}`
  })
}

/**
 * The problem with the challenges of its route (RFC 9110 section 11.6.1); other refusals pass unchanged. `refusedBy` is the
 * rule that refused, where one did.
 */
export function challenged(problem: Problem, route: Route, refusedBy: string | undefined): Problem {
  if (problem.status !== 401 && problem.code !== 'scope-missing') return problem
  const challenges = [...new Set(challengesOf(route, problem.code, refusedBy))]
    .filter(challenge => problem.status === 401 || challenge.startsWith('Bearer '))
    .map(challenge => ['WWW-Authenticate', challenge] as const)
  const headers = [...(problem.shown.headers ?? []), ...challenges]
  return new Problem(problem.code, { ...problem.shown, headers }, problem.reason)
}

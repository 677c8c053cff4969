import type { AuthorizeGuard, BodyCondition, View } from '@sallyport/core'
import { judge } from '../judge.ts'
import { type Authorized, grant, type Identified } from '../passed.ts'
import { refusalAt } from '../refusal.ts'

const check = (guard: AuthorizeGuard, view: View) => guard.check(view)

const any: readonly BodyCondition[] = []

/** What the caller's own token permits, and what the API lets tokens permit at the most. */
function permitted(identified: Identified): readonly BodyCondition[] {
  const { call, principal } = identified.view
  if (principal.grant === undefined) return any
  const { apiPath, tokens } = identified.admitted.route
  try {
    return [...principal.grant.permits(call, apiPath), ...tokens.widest(call, apiPath)]
  } catch (error) {
    throw refusalAt(error, 'authorize', 'token', identified)
  }
}

/** May they do this? Every rule of the operation must hold. */
export function authorize(identified: Identified): Authorized | Promise<Authorized> {
  const pending = judge('authorize', identified.admitted.route.authorize, check, identified.view, identified)
  const authorized = () => grant<Authorized>({ identified, bodies: permitted(identified) })
  return pending === undefined ? authorized() : pending.then(authorized)
}

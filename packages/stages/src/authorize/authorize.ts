import type { AuthorizeGuard, BodyCondition } from '@sallyport/core'
import { judge } from '../judge.ts'
import { type Authorized, grant, type Identified } from '../passed.ts'
import { refusalAt } from '../refusal.ts'

const check = (guard: AuthorizeGuard, { view, admitted }: Identified) => guard.check(view, admitted.route.site)

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

/** May they do this? Every rule of the operation must hold. What a token doesn't permit, no guard spends I/O on. */
export function authorize(identified: Identified): Authorized | Promise<Authorized> {
  const bodies = permitted(identified)
  const pending = judge('authorize', identified.admitted.route.authorize, check, identified, identified)
  const authorized = () => grant<Authorized>({ identified, bodies })
  return pending === undefined ? authorized() : pending.then(authorized)
}

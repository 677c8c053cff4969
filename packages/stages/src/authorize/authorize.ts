import type { AuthorizeGuard, View } from '@sallyport/core'
import { judge } from '../judge.ts'
import { type Authorized, grant, type Identified } from '../passed.ts'

const check = (guard: AuthorizeGuard, view: View) => guard.check(view)

/** May they do this? Every rule of the operation must hold. */
export function authorize(identified: Identified): Authorized | Promise<Authorized> {
  const pending = judge('authorize', identified.admitted.route.authorize, check, identified.view, identified)
  const authorized = grant<Authorized>({ identified })
  return pending === undefined ? authorized : pending.then(() => authorized)
}

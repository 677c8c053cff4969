import { type Guard, type Json, Problem } from '@sallyport/core'
import { readJsonBody } from '../admit/json-body.ts'
import { judge } from '../judge.ts'
import { type Cleared, type Counted, grant, type Identified } from '../passed.ts'
import { refusalAt } from '../refusal.ts'

const check = (guard: Guard, { view, admitted }: Identified) => guard.check(view, admitted.route.site)

/** What the caller's own token wants of the body, whether or not the route looks at bodies. */
async function requireBody({ authorized }: Counted): Promise<void> {
  const { call, route } = authorized.identified.admitted
  const { maxBody, held } = route
  const json: Json | undefined = await readJsonBody(call, { maxBody, held, why: 'the token permits JSON bodies only' })
  if (json !== undefined && authorized.bodies.every(condition => condition(json))) return
  throw new Problem('not-permitted', {}, 'the body is not one that the token permits')
}

/** Is the request what it should be? Only this stage makes a Cleared, and forward takes nothing else. */
export function inspect(counted: Counted): Cleared | Promise<Cleared> {
  const { authorized } = counted
  const { identified } = authorized
  const pending = judge('inspect', identified.admitted.route.inspect, check, identified, counted)
  const cleared = grant<Cleared>({ counted })
  if (authorized.bodies.length === 0) return pending === undefined ? cleared : pending.then(() => cleared)
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'inspect', 'token', counted)
  }
  return Promise.resolve(pending)
    .then(() => requireBody(counted))
    .then(() => cleared, refuse)
}

import { after, type Call, type Guard, type Json, type OpenedCall, Problem, type View } from '@sallyport/core'
import { readJsonBody } from '../bodies/json-body.ts'
import { judge, type Made } from '../judge.ts'
import { type Cleared, type Counted, grant } from '../passed.ts'
import { refusalAt } from '../refusal.ts'
import type { Route } from '../route.ts'

/** What the caller's own token wants of the body, whether or not the route looks at bodies. */
async function requireBody({ authorized }: Counted, call: Call): Promise<void> {
  const { maxBody, json: limits, held } = authorized.identified.admitted.route
  const why = 'the token permits JSON bodies only'
  const json: Json | undefined = await readJsonBody(call, { maxBody, json: limits, held, why })
  if (json !== undefined && authorized.bodies.every(condition => condition(json))) return
  throw new Problem('not-permitted', {}, 'the body is not one that the token permits')
}

const withOpened = (view: View, { headers, body }: OpenedCall): View => ({
  ...view,
  call: { ...view.call, headers, body },
})

/** The call with what a guard makes of it. */
function opened({ guard, name }: Made<Guard>, view: View, route: Route, counted: Counted): View | Promise<View> {
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'inspect', name, counted)
  }
  try {
    const read = guard.open?.(view, route.site) ?? view.call
    return read instanceof Promise ? read.then(now => withOpened(view, now), refuse) : withOpened(view, read)
  } catch (error) {
    return refuse(error)
  }
}

/** The call as the guards leave it. What one of them opens, the ones after it see. */
function judged(guards: readonly Made<Guard>[], view: View, route: Route, counted: Counted): View | Promise<View> {
  const check = (guard: Guard) => guard.check?.(view, route.site)
  const at = guards.findIndex(({ guard }) => guard.open !== undefined)
  const opener = guards[at]
  if (opener === undefined) return after(judge('inspect', guards, check, undefined, counted), () => view)
  const checked = judge('inspect', guards.slice(0, at + 1), check, undefined, counted)
  return after(
    after(checked, () => opened(opener, view, route, counted)),
    seen => judged(guards.slice(at + 1), seen, route, counted),
  )
}

/** Is the request what it should be? Only this stage makes a Cleared, and forward takes nothing else. */
export function inspect(counted: Counted): Cleared | Promise<Cleared> {
  const { authorized } = counted
  const { view, admitted } = authorized.identified
  const { route } = admitted
  const seen = route.inspect.length === 0 ? view : judged(route.inspect, view, route, counted)
  const cleared = (last: View) => grant<Cleared>({ counted, view: last })
  if (authorized.bodies.length === 0) return after(seen, cleared)
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'inspect', 'token', counted)
  }
  return Promise.resolve(seen).then(last => requireBody(counted, last.call).then(() => cleared(last), refuse))
}

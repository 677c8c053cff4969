import type { Guard, View } from '@sallyport/core'
import { judge } from '../judge.ts'
import { type Cleared, type Counted, grant } from '../passed.ts'

const check = (guard: Guard, view: View) => guard.check(view)

/** Is the request what it should be? Only this stage makes a Cleared, and forward takes nothing else. */
export function inspect(counted: Counted): Cleared | Promise<Cleared> {
  const { admitted, view } = counted.authorized.identified
  const pending = judge('inspect', admitted.route.inspect, check, view, counted)
  const cleared = grant<Cleared>({ counted })
  return pending === undefined ? cleared : pending.then(() => cleared)
}

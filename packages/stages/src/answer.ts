import { authorize } from './authorize/authorize.ts'
import { forward } from './forward/forward.ts'
import { identify } from './identify/identify.ts'
import { inspect } from './inspect/inspect.ts'
import { limit } from './limit/limit.ts'
import type { Admitted, Answered } from './passed.ts'

/** The way of every admitted call. Each stage throws a Refusal or hands on what the next one asks for. */
export async function answer(admitted: Admitted): Promise<Answered> {
  const identified = await identify(admitted)
  const authorized = await authorize(identified)
  const counted = await limit(authorized)
  const cleared = await inspect(counted)
  return forward(cleared)
}

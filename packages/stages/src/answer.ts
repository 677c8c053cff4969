import { after } from '@sallyport/core'
import { authorize } from './authorize/authorize.ts'
import { forward } from './forward/forward.ts'
import { identify } from './identify/identify.ts'
import { inspect } from './inspect/inspect.ts'
import { limit } from './limit/limit.ts'
import type { Admitted, Answered } from './passed.ts'

const stages = { identify, authorize, limit, inspect, forward }

/** The stages of an admitted call: each takes what the one before it made. */
export type Stages = typeof stages

/** The way of every admitted call. Each stage throws a Refusal or hands on what the next one asks for. */
export const answerBy =
  ({ identify, authorize, limit, inspect, forward }: Stages) =>
  (admitted: Admitted): Answered | Promise<Answered> => {
    const identified = identify(admitted)
    const authorized = after(identified, authorize)
    const counted = after(authorized, limit)
    const cleared = after(counted, inspect)
    return after(cleared, forward)
  }

export const answer = answerBy(stages)

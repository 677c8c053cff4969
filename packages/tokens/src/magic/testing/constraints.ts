import { z } from 'zod'
import type { JsonObject } from '../../jws.ts'
import { BadConstraint, faultOf } from '../claims.ts'
import { type Constraints, constraintsOf, tryMembers } from '../constraints.ts'
import { onlyConstraints } from '../mint.ts'
import type { TimeWindow } from '../time-window.ts'

export { BadConstraint } from '../claims.ts'

/** For tests: constraints by themselves, tried as a maker of tokens tries them. */
export function tryConstraints(written: JsonObject): Constraints {
  const read = z.strictObject(tryMembers).safeParse(onlyConstraints(written))
  if (!read.success) throw new BadConstraint('', faultOf(read.error))
  return constraintsOf(read.data)
}

/** For tests: a time by itself. */
export function windowOf(time: JsonObject): TimeWindow {
  const { isTime } = tryConstraints({ allowed: [], time: { ...time } })
  if (isTime === undefined) throw new Error('no time')
  return isTime
}

import type { Json } from '@sallyport/core'
import { z } from 'zod'
import { tried } from './claims.ts'
import { constraintsOf, tryMembers } from './constraints.ts'
import type { Entry } from './permission.ts'

const read = tried(z.strictObject({ allowed: tryMembers.allowed, permit: tryMembers.permit }))

/** `allowed` and `permit` as they are written, outside of a token. Undefined where neither is. Throws BadConstraint. */
export const readPermission = (written: { readonly [member: string]: Json }): readonly Entry[] | undefined =>
  constraintsOf(read(written)).entries

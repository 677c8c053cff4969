import { callEvent, endpoint } from '@sallyport/core'
import { z } from 'zod'
import { explanation } from './explanation.ts'

/** A call's id as every answer bears it in Sallyport-Call-Id. */
const callId = z.string().regex(/^[0-9a-f]{32}$/, 'needs the 32 hexadecimal digits of a Sallyport-Call-Id')

const count = z
  .string()
  .regex(/^[1-9]\d{0,2}$|^1000$/, 'needs a whole number from 1 to 1000')
  .transform(Number)

export const getCall = endpoint({
  method: 'GET',
  path: '/calls/{id}',
  summary: 'One call, and why it ended as it did',
  input: z.strictObject({ id: callId }),
  output: z.object({ call: callEvent, explanation }),
  permission: 'calls.read',
  audit: { none: 'changes nothing' },
})

export const listCalls = endpoint({
  method: 'GET',
  path: '/calls',
  summary: 'The last calls, the newest first',
  input: z.strictObject({ last: count.default(20) }),
  output: z.object({ calls: z.array(callEvent) }),
  permission: 'calls.read',
  audit: { none: 'changes nothing' },
})

import { PolicyFault } from '@sallyport/policy'
import * as cedar from '@sallyport/policy/cedar'
import { policyBody, policyGuard, policyZone, type WrittenBody } from '@sallyport/stages'
import { z } from 'zod'
import type { AuthorizeRule } from '../authorize.ts'
import { declared } from '../declared.ts'

export interface PolicyOptions {
  /** What records and lists call it by: `policy` unless given. */
  readonly name?: string
  /** Where the clock hangs that policies read, such as `Australia/Sydney`: `UTC` unless given. */
  readonly zone?: string
  /** Members of the JSON body that the policies may name, and what each holds: `{ amount: 'decimal', 'note?': 'text' }`. */
  readonly body?: WrittenBody
}

const options = z.strictObject({
  name: z.string().min(1).default('policy'),
  zone: policyZone,
  body: policyBody.optional(),
})

function madeOf(text: string, { zone, body }: z.output<typeof options>) {
  try {
    return policyGuard(text, { zone, body }, cedar)
  } catch (error) {
    if (!(error instanceof PolicyFault)) throw error
    const { message, place } = error
    throw new TypeError(
      `policy: ${place === undefined ? '' : `line ${place.line}, column ${place.column}: `}${message}`,
    )
  }
}

/** Policies in Cedar judge the call; docs/policy.md has what they may name. Throws TypeError where a text is none. */
export function policy(text: string, written: PolicyOptions = {}): AuthorizeRule {
  const config = declared('policy', options, written)
  const guard = madeOf(declared('policy', z.string(), text), config)
  return { kind: 'policy', label: config.name, config, create: () => guard }
}

import type { Json } from '@sallyport/core'
import type { Options } from '../frame/command.ts'
import { readRanges } from '../rights.ts'
import { readPermit } from './permit-text.ts'
import { suggestPermits } from './suggested.ts'

/** What `mint` and `narrow` may say alike. */
export const constraintOptions = {
  permit: {
    type: 'string',
    value: "'METHOD /path/{template}?name=value&* ASKED'",
    multiple: true,
    help: 'what is permitted',
    suggest: suggestPermits,
  },
  'allow-regex': {
    type: 'string',
    value: "'METHOD /regex'",
    multiple: true,
    help: 'the same by a pattern of the whole path',
  },
  nothing: { type: 'boolean', help: 'permit nothing (an empty list)' },
  rate: { type: 'string', value: '100/hour', multiple: true, help: 'how many calls' },
  ip: { type: 'string', value: 'RANGE', multiple: true, help: 'from where alone' },
} as const satisfies Options

interface Given {
  readonly permit?: readonly string[] | undefined
  readonly 'allow-regex'?: readonly string[] | undefined
  readonly nothing?: boolean | undefined
  readonly rate?: readonly string[] | undefined
  readonly ip?: readonly string[] | undefined
}

/** The members that constrain, as a token has them. */
export function constraintsIn(given: Given): { [member: string]: Json } {
  const { permit, 'allow-regex': allowed = given.nothing === true ? [] : undefined, rate, ip } = given
  return {
    ...(permit && { permit: permit.map(readPermit) }),
    ...(allowed && { allowed: [...allowed] }),
    ...(rate && { rate: [...rate] }),
    ...(ip && { ip: [...readRanges(ip)] }),
  }
}

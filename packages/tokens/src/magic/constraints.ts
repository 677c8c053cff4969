import { type Rate, readRate } from '@sallyport/core'
import { z } from 'zod'
import { addressList, isAddressRange } from '../addresses.ts'
import { readAllowed } from './allowed.ts'
import { compiled } from './compiled.ts'
import { lazyPattern, type MakePattern, readPattern } from './pattern.ts'
import type { Entry } from './permission.ts'
import { permitBy } from './permit.ts'
import { type TimeWindow, timeWindow } from './time-window.ts'

const entriesMax = 100
const rangesMax = 100
const ratesMax = 4

/** So many calls in a stretch of time, and how it was written. */
export interface TokenRate extends Rate {
  readonly text: string
}

/** What one part of a token adds, ready to be judged by. */
export interface Constraints {
  /** One of them must hold; undefined where the part says nothing of it. */
  readonly entries: readonly Entry[] | undefined
  readonly rates: readonly TokenRate[]
  readonly isListed: ((ip: string) => boolean) | undefined
  readonly isTime: TimeWindow | undefined
}

const rate = z.string().transform((text, context): TokenRate => {
  const read = readRate(text)
  if (read !== undefined) return { ...read, text }
  context.addIssue({ code: 'custom', message: 'needs a count and a window, such as 100/hour' })
  return z.NEVER
})

const range = z.string().refine(isAddressRange, 'needs an address or a range such as 10.0.0.0/8')

/** The members that constrain, alike in every kind of part. */
function constraintMembers(makePattern: MakePattern) {
  return {
    allowed: z
      .array(compiled(z.string(), text => readAllowed(text, makePattern)))
      .max(entriesMax)
      .optional(),
    permit: z.array(permitBy(makePattern)).max(entriesMax).optional(),
    rate: z.array(rate).min(1).max(ratesMax).optional(),
    ip: z.array(range).min(1).max(rangesMax).optional(),
    time: timeWindow.optional(),
  }
}

/** What a part that was read says, in one value. */
export function constraintsOf(read: {
  readonly allowed?: readonly Entry[] | undefined
  readonly permit?: readonly Entry[] | undefined
  readonly rate?: readonly TokenRate[] | undefined
  readonly ip?: readonly string[] | undefined
  readonly time?: TimeWindow | undefined
}): Constraints {
  const { allowed, permit, rate: rates = [], ip, time } = read
  return {
    entries: allowed === undefined && permit === undefined ? undefined : [...(allowed ?? []), ...(permit ?? [])],
    rates,
    isListed: ip === undefined ? undefined : addressList(ip),
    isTime: time,
  }
}

/** For who reads tokens. */
export const readMembers = constraintMembers(lazyPattern)
/** For who makes tokens: patterns are tried. */
export const tryMembers = constraintMembers(readPattern)

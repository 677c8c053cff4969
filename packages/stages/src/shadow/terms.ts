import type { Trial } from '@sallyport/core'
import { z } from 'zod'

const day = /^\d{4}-\d{2}-\d{2}$/
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/
const dayMs = 86_400_000

/** Whether there is such a day: 2027-02-30 is none. */
const isDay = (text: string) =>
  !Number.isNaN(Date.parse(text)) && new Date(Date.parse(text)).toISOString().slice(0, 10) === text

/** Milliseconds since the epoch; a day is meant to its end, in UTC. Undefined for what is neither a day nor a moment with a zone. */
function readUntil(text: string): number | undefined {
  if (!isDay(text.slice(0, 10))) return undefined
  if (day.test(text)) return Date.parse(text) + dayMs
  const at = moment.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

const until = z
  .string()
  .transform((text, context) => {
    const at = readUntil(text)
    if (at !== undefined) return at
    context.addIssue({ code: 'custom', message: 'needs a day such as 2027-01-31, or 2027-01-31T18:00:00+01:00' })
    return z.NEVER
  })
  .describe('By when it is to be decided what becomes of the rule; a day lasts to its end in UTC.')

const share = z
  .string()
  .transform((text, context) => {
    const percent = /^\d{1,2}(?:\.\d{1,2})?%$/.test(text) ? Number.parseFloat(text) : 0
    if (percent > 0) return percent / 100
    context.addIssue({ code: 'custom', message: 'needs a share above 0% and below 100%, such as 10%' })
    return z.NEVER
  })
  .describe('The share of callers for whom the rule is enforced all the same.')

/** What is written of every rule that is tried. */
export const terms = { until, share: share.optional() }

interface Terms {
  readonly until: number
  readonly share?: number | undefined
}

export const trialOf = ({ until: end, share: part = 0 }: Terms, isBeside: boolean): Trial => ({
  until: end,
  share: part,
  isBeside,
})

/** `2027-01-31`, or the moment where it isn't the end of a day. */
export function untilText({ until: end }: Pick<Trial, 'until'>): string {
  const text = new Date(end - 1).toISOString()
  return text.endsWith('T23:59:59.999Z') ? text.slice(0, 10) : new Date(end).toISOString()
}

/** How a trial is told of, beside the rule's label. */
export function trialText(trial: Trial): string {
  const { share: part } = trial
  const enforced = part === 0 ? '' : `enforced for ${Number((part * 100).toFixed(2))}% of callers, else in `
  return `${enforced}shadow until ${untilText(trial)}`
}

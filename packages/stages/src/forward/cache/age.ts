import type { HeaderList } from '@sallyport/core'
import { dateOf } from './dates.ts'

/** When a request went out and when the head of its answer came: milliseconds since the epoch. */
export interface Exchanged {
  readonly sentAt: number
  readonly answeredAt: number
}

/**
 * The time at which an answer counts as made, milliseconds since the epoch: what has passed since then is its age (RFC 9111 section
 * 4.2.3). An Age that can't be read may be any: the answer is as old as can be.
 */
export function bornAt(headers: HeaderList, { sentAt, answeredAt }: Exchanged): number {
  const age = headers.get('age') ?? '0'
  if (!/^\d+$/.test(age)) return Number.NEGATIVE_INFINITY
  const date = dateOf(headers.get('date') ?? '')
  const apparent = Number.isNaN(date) ? 0 : Math.max(0, answeredAt - date)
  const corrected = Number(age) * 1000 + (answeredAt - sentAt)
  return answeredAt - Math.max(apparent, corrected)
}

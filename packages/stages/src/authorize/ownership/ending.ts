import type { Ending } from './claims.ts'

/** Between us and whoever does the work: such an answer doesn't say whether it was done (RFC 9110 section 15.6). */
const unknown: ReadonlySet<number> = new Set([502, 504])
const gone: ReadonlySet<number> = new Set([404, 410])

/** What an answer's status says of the order. */
export function endingOf(status: number): Ending {
  if (status >= 200 && status < 300) return 'done'
  if (gone.has(status)) return 'gone'
  return unknown.has(status) ? 'unknown' : 'refused'
}

import type { CacheRule } from '@sallyport/core'
import type { Asked } from './asked.ts'
import { durationOf } from './directives.ts'
import type { StoredAnswer } from './stored.ts'

const freshMs = ({ terms }: StoredAnswer, { ttlMs = 0 }: CacheRule) => terms.freshMs ?? ttlMs

/**
 * Whether an answer serves without asking the upstream (RFC 9111 section 4.2), as this request wants it (section 5.2.1). An argument that
 * can't be read asks for the least: the upstream is asked.
 */
export function isServing(stored: StoredAnswer, { anew, directives }: Asked, now: number, rule: CacheRule): boolean {
  const { terms } = stored
  if (anew || terms.asked) return false
  const age = now - stored.bornAt
  const left = freshMs(stored, rule) - age
  const ageMax = durationOf(directives, 'max-age') ?? Number.POSITIVE_INFINITY
  const leftMin = durationOf(directives, 'min-fresh') ?? Number.NEGATIVE_INFINITY
  if (!(age <= ageMax && left >= leftMin)) return false
  if (left > 0) return true
  if (terms.strict || !directives.has('max-stale')) return false
  const stale = directives.get('max-stale') === '' ? Number.POSITIVE_INFINITY : durationOf(directives, 'max-stale')
  return -left <= (stale ?? 0)
}

/** Whether an answer whose time is over serves while the upstream fails (RFC 5861 section 4). */
export function isServingOnError(stored: StoredAnswer, now: number, rule: CacheRule): boolean {
  const { terms, bornAt } = stored
  if (terms.strict || terms.asked) return false
  return now - bornAt - freshMs(stored, rule) < (terms.staleIfErrorMs ?? rule.staleIfErrorMs ?? 0)
}

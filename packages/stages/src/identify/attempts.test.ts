import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Counters, Take } from '@sallyport/core'
import { callWith } from '../testing/call.ts'
import { attemptRules, attemptsOf, countAttempts } from './attempts.ts'

const rules = attemptRules({ perIp: { count: 4, windowMs: 60_000 }, perAccount: { count: 1, windowMs: 60_000 } })
const call = callWith({ ip: '192.0.2.1' })

/** Counters that note what was taken together. */
function noting(answer: 'at once' | 'later') {
  const taken: (readonly string[])[] = []
  const result = { allowed: false, levels: [] }
  const counters: Counters = {
    take(takes: readonly Take[]) {
      taken.push(takes.map(({ key }) => key))
      return answer === 'at once' ? result : Promise.resolve(result)
    },
    peek: () => result,
    release: () => undefined,
  }
  return { taken, counters }
}

test('a failure counts for the address and for the account by itself, so that one that is full spares not the other', async () => {
  for (const answer of ['at once', 'later'] as const) {
    const { taken, counters } = noting(answer)
    const counting = async () => countAttempts(attemptsOf(call, ['alice'], rules), call, counters)
    await assert.rejects(counting, { code: 'attempts-exceeded' }, 'others have failed meanwhile')
    assert.deepEqual(taken, [['guess ip 192.0.2.1'], ['guess account alice']])
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Counters, Level, LimitRule } from '@sallyport/core'
import fc from 'fast-check'
import type { MakeCounters } from './make-counters.ts'
import { type Admitted, boundInAnyWindow, modelCapacity, modelRoom, mostInAnyWindow, type TimedRule } from './models.ts'

const start = Date.UTC(2026, 0, 1)
// Windows are a minute and more: a backend whose entries die by its own clock keeps them all through a test.
const minute = 60_000

const counts = fc.integer({ min: 1, max: 10 })
const windows = fc.integer({ min: minute, max: 4 * minute })
const rules = {
  fixedWindow: fc.record({ algorithm: fc.constant('fixedWindow' as const), count: counts, windowMs: windows }),
  slidingWindow: fc.record({ algorithm: fc.constant('slidingWindow' as const), count: counts, windowMs: windows }),
  tokenBucket: fc.record({
    algorithm: fc.constant('tokenBucket' as const),
    count: counts,
    windowMs: windows,
    burst: counts,
  }),
}
const concurrency = fc.record({ algorithm: fc.constant('concurrency' as const), count: counts })

const waits = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: minute }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 10 * minute }) },
)
const costs = fc.integer({ min: 0, max: 4 })
const calls = fc.array(fc.record({ wait: waits, cost: costs }), { maxLength: 40 })

/** What a caller's counters must say of one take: `due` is what the call has asked of that counter so far. */
function assertLevel(
  level: Level | undefined,
  rule: LimitRule,
  due: number,
  room: { before: number; after: number; at(ms: number): number },
): void {
  assert.ok(level)
  assert.equal(level.allowed, due <= room.before)
  assert.equal(level.remaining, room.after)
  if (level.allowed || rule.algorithm === 'concurrency') assert.equal(level.retryMs, 0)
  else if (due > modelCapacity(rule)) assert.equal(level.retryMs, Number.POSITIVE_INFINITY)
  else {
    assert.ok(due <= room.at(level.retryMs), 'refused again after retryMs')
    assert.ok(due > room.at(level.retryMs - 1), 'would have been allowed before retryMs')
  }
  if (rule.algorithm === 'concurrency') {
    assert.equal(level.resetMs, 0)
    return
  }
  assert.equal(room.at(level.resetMs), modelCapacity(rule), 'still used after resetMs')
  if (level.resetMs > 0) assert.ok(room.at(level.resetMs - 1) < modelCapacity(rule), 'as if unused before resetMs')
}

/** Registers the tests that try many cases, `runs` of each, against models that work out every answer anew. */
export function counterProperties(make: MakeCounters, runs: number): void {
  let made = 0
  const newKey = () => `property key ${made++}`
  const check =
    <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T, counters: Counters) => Promise<void>) =>
    async () => {
      const counters = await make()
      await fc.assert(
        fc.asyncProperty(arbitrary, value => holds(value, counters)),
        { numRuns: runs },
      )
    }

  for (const [algorithm, rule] of Object.entries<fc.Arbitrary<TimedRule>>(rules)) {
    test(
      `${algorithm} lets by exactly what its definition does, and never more than its bound in any window`,
      check(fc.tuple(rule, calls), async ([rule, calls], counters) => {
        const key = newKey()
        const admitted: Admitted[] = []
        let now = start
        for (const { wait, cost } of calls) {
          now += wait
          const before = modelRoom(admitted, rule, now)
          const taken = await counters.take([{ key, rule, cost }], now)
          if (taken.allowed && cost > 0) admitted.push({ at: now, cost })
          const at = (ms: number) => modelRoom(admitted, rule, now + ms)
          assertLevel(taken.levels[0], rule, cost, { before, after: at(0), at })
        }
        assert.ok(mostInAnyWindow(admitted, rule) <= boundInAnyWindow(rule))
      }),
    )

    test(
      `${algorithm}: what is refused is allowed after retryMs and not a millisecond sooner`,
      check(fc.tuple(rule, calls, counts), async ([rule, calls, cost], counters) => {
        const key = newKey()
        let now = start
        for (const { wait, cost } of calls) {
          now += wait
          await counters.take([{ key, rule, cost }], now)
        }
        const taken = await counters.take([{ key, rule, cost }], now)
        const { retryMs } = taken.levels[0] ?? { retryMs: Number.NaN }
        if (taken.allowed || retryMs === Number.POSITIVE_INFINITY) return
        assert.equal((await counters.take([{ key, rule, cost }], now + retryMs - 1)).allowed, false)
        assert.equal((await counters.take([{ key, rule, cost }], now + retryMs)).allowed, true)
      }),
    )
  }

  const picks = fc.array(fc.record({ counter: fc.nat(3), cost: costs }), { minLength: 1, maxLength: 4 })
  const steps = fc.array(fc.record({ wait: waits, picks, giveBack: fc.boolean() }), { maxLength: 20 })
  const four = fc.tuple(rules.fixedWindow, rules.slidingWindow, rules.tokenBucket, concurrency)
  test(
    'several takes, of the same counters too, are taken together or not at all',
    check(fc.tuple(four, steps), async ([rules, steps], counters) => {
      const owned = rules.map(rule => ({ key: newKey(), rule, admitted: [] as Admitted[] }))
      let now = start
      for (const { wait, picks, giveBack } of steps) {
        now += wait
        const asked = picks.flatMap(({ counter, cost }) => {
          const one = owned[counter]
          return one === undefined ? [] : [{ ...one, cost }]
        })
        const judged = asked.map(({ key, rule, admitted }, i) => ({
          before: modelRoom(admitted, rule, now),
          due: asked.slice(0, i + 1).reduce((due, one) => due + (one.key === key ? one.cost : 0), 0),
        }))
        const peeked = await counters.peek(asked, now)
        const taken = await counters.take(asked, now)
        assert.deepEqual(peeked, taken)
        assert.equal(
          taken.allowed,
          judged.every(({ before, due }) => due <= before),
        )
        for (const { admitted, cost } of taken.allowed ? asked : []) if (cost > 0) admitted.push({ at: now, cost })
        for (const [i, { rule, admitted }] of asked.entries()) {
          const { before, due } = judged[i] ?? { before: Number.NaN, due: Number.NaN }
          const at = (ms: number) => modelRoom(admitted, rule, now + ms)
          assertLevel(taken.levels[i], rule, due, { before, after: at(0), at })
        }
        if (!taken.allowed || !giveBack) continue
        await counters.release(asked, now)
        for (const { rule, admitted, cost } of asked) {
          if (rule.algorithm === 'concurrency') admitted.push({ at: now, cost: -cost })
        }
      }
    }),
  )

  for (const [algorithm, rule] of Object.entries<fc.Arbitrary<TimedRule>>(rules)) {
    const nows = fc.array(fc.integer({ min: 0, max: minute }), { minLength: 1, maxLength: 30 })
    test(
      `${algorithm}: clocks that disagree by less than a window let by no more than the latest of them would`,
      check(fc.tuple(rule, nows), async ([rule, nows], counters) => {
        const [key, ordered] = [newKey(), newKey()]
        let latest = 0
        for (const now of nows) {
          latest = Math.max(latest, now)
          const taken = await counters.take([{ key, rule, cost: 1 }], start + now)
          const inOrder = await counters.take([{ key: ordered, rule, cost: 1 }], start + latest)
          assert.equal(taken.allowed, inOrder.allowed)
        }
      }),
    )
  }
}

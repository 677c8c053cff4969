import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LimitRule, Take } from '@sallyport/core'
import { counterConformance } from '../conformance/counters.ts'
import { memoryCounters } from './memory.ts'

counterConformance('memory', () => memoryCounters())

const start = Date.UTC(2026, 0, 1)
const minute = 60_000
const hour = 60 * minute
const perMinute: LimitRule = { algorithm: 'fixedWindow', count: 1, windowMs: minute }
const timed: LimitRule[] = [
  perMinute,
  { algorithm: 'slidingWindow', count: 1, windowMs: minute },
  { algorithm: 'tokenBucket', count: 1, windowMs: minute, burst: 1 },
]
const one = (key: string, rule: LimitRule = perMinute): Take[] => [{ key, rule, cost: 1 }]

test('memory answers at once, without a promise', () => {
  const counters = memoryCounters()
  assert.equal(counters.take(one('a'), start).allowed, true)
  assert.equal(counters.peek(one('a'), start).allowed, false)
})

for (const rule of timed) {
  test(`${rule.algorithm}: a clock that falls back an hour frees nothing, and holds nobody up for longer than usual`, () => {
    const counters = memoryCounters()
    counters.take(one('a', rule), start)
    assert.equal(counters.take(one('a', rule), start - hour).allowed, false)
    assert.equal(counters.take(one('a', rule), start - hour + minute - 1).allowed, false)
    assert.equal(counters.take(one('a', rule), start - hour + 2 * minute).allowed, true)
  })

  test(`${rule.algorithm}: a counter stands still for a clock that is behind its beginning`, () => {
    const counters = memoryCounters()
    const wide = { ...rule, count: 10, burst: 10 }
    counters.take([{ key: 'a', rule: wide, cost: 4 }], start - minute)
    counters.take(one('a', wide), start)
    const remaining = (now: number) => counters.peek([{ key: 'a', rule: wide, cost: 0 }], now).levels[0]?.remaining
    for (const behind of [1, minute / 2, minute]) assert.equal(remaining(start - behind), remaining(start))
  })

  test(`${rule.algorithm}: counters that are as if unused are swept by the calls of others`, () => {
    const counters = memoryCounters()
    for (let i = 0; i < 1000; i++) counters.take(one(`caller ${i}`, rule), start)
    assert.equal(counters.size, 1000)
    for (let i = 0; i < 10_000; i++) counters.take(one('another'), start + hour)
    assert.equal(counters.size, 1)
  })
}

test('a steady stream of new callers takes no more room than those of two windows', () => {
  const counters = memoryCounters()
  let most = 0
  for (let i = 0; i < 20_000; i++) {
    counters.take(one(`caller ${i}`), start + i * (minute / 1000))
    most = Math.max(most, counters.size)
  }
  assert.ok(most <= 2200, `${most} kept, where 1000 count at any time`)
})

test('a full store refuses new keys and forgets none that counts', () => {
  const counters = memoryCounters({ maxKeys: 100 })
  for (let i = 0; i < 100; i++) assert.equal(counters.take(one(`caller ${i}`), start).allowed, true)
  for (let i = 0; i < 1000; i++) {
    const { allowed, levels } = counters.take(one(`flood ${i}`), start)
    assert.deepEqual([allowed, levels], [false, [{ allowed: false, remaining: 0, resetMs: 0, retryMs: 1000 }]])
  }
  for (let i = 0; i < 100; i++) assert.equal(counters.take(one(`caller ${i}`), start).allowed, false)
  assert.equal(counters.size, 100)
})

test('a full store takes new keys again once old ones no longer count', () => {
  const counters = memoryCounters({ maxKeys: 100 })
  for (let i = 0; i < 100; i++) counters.take(one(`caller ${i}`), start)
  for (let i = 0; i < 100; i++) assert.equal(counters.take(one(`later ${i}`), start + minute).allowed, true)
  assert.equal(counters.size, 100)
})

test('a full store whose clock falls back does not stay full for longer than a window', () => {
  const counters = memoryCounters({ maxKeys: 100 })
  for (let i = 0; i < 100; i++) counters.take(one(`caller ${i}`), start)
  for (let i = 0; i < 100; i++) assert.equal(counters.take(one('late'), start - hour).allowed, false)
  assert.equal(counters.take(one('late'), start - hour + minute).allowed, true)
})

test('a call with several new keys is refused whole where only some of them have a place', () => {
  const counters = memoryCounters({ maxKeys: 2 })
  counters.take(one('a'), start)
  const taken = counters.take([...one('b'), ...one('c')], start)
  assert.deepEqual(
    taken.levels.map(level => level.allowed),
    [true, false],
  )
  assert.equal(counters.take([...one('b'), ...one('b', timed[2])], start).allowed, false)
  assert.equal(counters.take(one('b'), start).allowed, true)
})

test('what is held is never swept', () => {
  const counters = memoryCounters()
  const held: LimitRule = { algorithm: 'concurrency', count: 1 }
  counters.take(one('a', held), start)
  for (let i = 0; i < 1000; i++) counters.take(one('another'), start + hour)
  assert.equal(counters.take(one('a', held), start + hour).allowed, false)
})

test('a key that was released takes no room', () => {
  const counters = memoryCounters()
  const held = one('a', { algorithm: 'concurrency', count: 2 })
  counters.take(held, start)
  counters.release(held, start)
  assert.equal(counters.size, 0)
})

test('refused keys take no room', () => {
  const counters = memoryCounters()
  assert.equal(counters.take([{ key: 'a', rule: perMinute, cost: 2 }], start).allowed, false)
  assert.equal(counters.take([{ key: 'a', rule: perMinute, cost: 0 }], start).allowed, true)
  assert.equal(counters.size, 0)
})

test('long keys that differ in their last character are counted apart', () => {
  const counters = memoryCounters()
  const long = 'x'.repeat(10_000)
  assert.equal(counters.take(one(`${long}a`), start).allowed, true)
  assert.equal(counters.take(one(`${long}b`), start).allowed, true)
  assert.equal(counters.take(one(`${long}a`), start).allowed, false)
})

test('the same key under another algorithm is another counter', () => {
  const counters = memoryCounters()
  for (const rule of timed) assert.equal(counters.take(one('a', rule), start).allowed, true)
  assert.equal(counters.size, 3)
})

test('a bucket that was made smaller is at most empty', () => {
  const counters = memoryCounters()
  const daily: LimitRule = { algorithm: 'tokenBucket', count: 1000, windowMs: 24 * hour, burst: 1000 }
  const brief: LimitRule = { algorithm: 'tokenBucket', count: 1, windowMs: 1000, burst: 1 }
  counters.take([{ key: 'a', rule: daily, cost: 1000 }], start)
  assert.equal(counters.take(one('a', brief), start).levels[0]?.retryMs, 1000)
})

test('a rule that could never be kept is refused as a mistake of the program', () => {
  const counters = memoryCounters()
  const rules: LimitRule[] = [
    { algorithm: 'fixedWindow', count: 1, windowMs: 0 },
    { algorithm: 'slidingWindow', count: Number.NaN, windowMs: minute },
    { algorithm: 'tokenBucket', count: 1, windowMs: minute, burst: 0 },
    { algorithm: 'concurrency', count: -1 },
  ]
  for (const rule of rules) assert.throws(() => counters.take(one('a', rule), start), TypeError)
  assert.throws(() => memoryCounters({ maxKeys: 0 }), TypeError)
  assert.equal(counters.size, 0)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LimitRule, Take } from '@sallyport/core'
import type { MakeCounters } from './make-counters.ts'

const start = Date.UTC(2026, 0, 1)
const minute = 60_000
const perMinute = (count: number): LimitRule => ({ algorithm: 'fixedWindow', count, windowMs: minute })
const atOnce = (count: number): LimitRule => ({ algorithm: 'concurrency', count })

/** Registers the tests that show one guarantee by one case. */
export function counterExamples(make: MakeCounters): void {
  let made = 0
  const newKey = () => `example key ${made++}`

  test('a fixed window begins with the first call of its key, not with the clock', async () => {
    const counters = await make()
    const takes: Take[] = [{ key: newKey(), rule: perMinute(1), cost: 1 }]
    const first = start + 59_999
    assert.equal((await counters.take(takes, first)).allowed, true)
    assert.equal((await counters.take(takes, first + minute - 1)).allowed, false)
    assert.equal((await counters.take(takes, first + minute)).allowed, true)
  })

  test('counters with different keys do not touch each other', async () => {
    const counters = await make()
    const [one, other] = [newKey(), newKey()]
    assert.equal((await counters.take([{ key: one, rule: perMinute(1), cost: 1 }], start)).allowed, true)
    assert.equal((await counters.take([{ key: one, rule: perMinute(1), cost: 1 }], start)).allowed, false)
    assert.equal((await counters.take([{ key: other, rule: perMinute(1), cost: 1 }], start)).allowed, true)
  })

  test('a call that one limit refuses uses up nothing of the others, and says which it was', async () => {
    const counters = await make()
    const [wide, narrow] = [newKey(), newKey()]
    const takes: Take[] = [
      { key: wide, rule: perMinute(5), cost: 1 },
      { key: narrow, rule: perMinute(1), cost: 1 },
    ]
    await counters.take(takes, start)
    const refused = await counters.take(takes, start)
    assert.equal(refused.allowed, false)
    assert.deepEqual(
      refused.levels.map(({ allowed, remaining }) => ({ allowed, remaining })),
      [
        { allowed: true, remaining: 4 },
        { allowed: false, remaining: 0 },
      ],
    )
  })

  test('two takes of one counter in one call need room for both', async () => {
    const counters = await make()
    const take: Take = { key: newKey(), rule: perMinute(3), cost: 2 }
    const refused = await counters.take([take, take], start)
    assert.deepEqual([refused.allowed, refused.levels.map(level => level.allowed)], [false, [true, false]])
    assert.equal(refused.levels[1]?.retryMs, Number.POSITIVE_INFINITY)
    assert.equal((await counters.take([take], start)).levels[0]?.remaining, 1)
  })

  test('a take of nothing is always allowed and begins no window', async () => {
    const counters = await make()
    const key = newKey()
    const taking = (cost: number, now: number) => counters.take([{ key, rule: perMinute(1), cost }], now)
    assert.equal((await taking(0, start)).levels[0]?.resetMs, 0)
    assert.equal((await taking(1, start + 1)).levels[0]?.resetMs, minute)
    assert.equal((await taking(0, start + 2)).allowed, true)
  })

  test('a peek answers as the take would and takes nothing', async () => {
    const counters = await make()
    const takes: Take[] = [{ key: newKey(), rule: perMinute(1), cost: 1 }]
    const peeked = [await counters.peek(takes, start), await counters.peek(takes, start)]
    const taken = await counters.take(takes, start)
    assert.deepEqual(peeked, [taken, taken])
  })

  test('a peek at another time, long past or far ahead, changes no counter', async () => {
    const counters = await make()
    const rules: LimitRule[] = [perMinute(1), { algorithm: 'tokenBucket', count: 1, windowMs: minute, burst: 1 }]
    const takes: Take[] = rules.map(rule => ({ key: newKey(), rule, cost: 1 }))
    await counters.take(takes, start)
    await counters.peek(takes, start + 1000 * minute)
    await counters.peek(takes, start - 1000 * minute)
    assert.equal((await counters.take(takes, start + minute - 1)).allowed, false)
    assert.equal((await counters.take(takes, start + minute)).allowed, true)
  })

  test('what is held is held however long, until it is released', async () => {
    const counters = await make()
    const takes: Take[] = [{ key: newKey(), rule: atOnce(1), cost: 1 }]
    await counters.take(takes, start)
    assert.equal((await counters.take(takes, start + 1000 * minute)).allowed, false)
    await counters.release(takes, start + 1000 * minute)
    assert.equal((await counters.take(takes, start + 1000 * minute)).allowed, true)
  })

  test('releasing more than is held, or what never was, makes no room beyond the limit', async () => {
    const counters = await make()
    const takes: Take[] = [{ key: newKey(), rule: atOnce(1), cost: 1 }]
    await counters.release(takes, start)
    await counters.take(takes, start)
    for (let i = 0; i < 3; i++) await counters.release(takes, start)
    assert.equal((await counters.take(takes, start)).allowed, true)
    assert.equal((await counters.take(takes, start)).allowed, false)
  })

  test('a release gives back nothing of a limit over time', async () => {
    const counters = await make()
    const takes: Take[] = [{ key: newKey(), rule: perMinute(1), cost: 1 }]
    await counters.take(takes, start)
    await counters.release(takes, start)
    assert.equal((await counters.take(takes, start)).allowed, false)
  })

  test('costs and times that are not whole numbers are refused as a mistake of the program', async () => {
    const counters = await make()
    const taking = async (cost: number, now: number) =>
      counters.take([{ key: newKey(), rule: perMinute(1), cost }], now)
    for (const cost of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      await assert.rejects(taking(cost, start), TypeError)
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY]) await assert.rejects(taking(1, now), TypeError)
  })
}

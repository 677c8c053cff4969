import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Counters, LimitRule, Take } from '@sallyport/core'
import { counterConformance } from '../conformance/counters.ts'
import { missingRedis, type RedisServer, startRedis } from '../testing/redis-server.ts'
import { sharedCounters, TestTime } from '../testing/shared-counters.ts'

const start = Date.UTC(2026, 0, 1)
const minute = 60_000
const perMinute = (count: number): LimitRule => ({ algorithm: 'fixedWindow', count, windowMs: minute })
const atOnce = (count: number): LimitRule => ({ algorithm: 'concurrency', count })
const one = (key: string, rule: LimitRule = perMinute(1)): Take[] => [{ key, rule, cost: 1 }]

async function allowedOf(counters: Counters, takes: readonly Take[]): Promise<boolean> {
  const { allowed } = await counters.take(takes, start)
  return allowed
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await holds())) {
    assert.ok(performance.now() < end, 'it did not come about')
    await pause(5)
  }
}

/** The keys of a Redis. */
async function keysOf(redis: RedisServer, pattern = '*'): Promise<string[]> {
  const lines = (await redis.command('KEYS', pattern)).split('\r\n')
  return lines.filter(line => line.startsWith('{'))
}

const missing = missingRedis()

describe('counters in a real Redis', { skip: missing }, async () => {
  if (missing !== undefined) return
  const file = { after }
  const redis = await startRedis(file)
  const counting = async (more: Parameters<typeof sharedCounters>[2] = {}) => sharedCounters(file, redis.url, more)

  counterConformance('Redis', async () => (await counting()).counters, 50)

  test('calls that race for the last places over several connections get exactly those', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => counting({ prefix: 'race' })))
    const rules: LimitRule[] = [
      perMinute(20),
      { algorithm: 'slidingWindow', count: 20, windowMs: minute },
      { algorithm: 'tokenBucket', count: 1, windowMs: minute, burst: 20 },
      atOnce(20),
    ]
    for (const rule of rules) {
      const calls = Array.from({ length: 60 }, (_, i) => stores[i % 3]?.counters.take(one('last', rule), start))
      const taken = await Promise.all(calls)
      assert.equal(taken.filter(one => one?.allowed).length, 20, rule.algorithm)
    }
  })

  test('counters for callers whom nobody knows, and for limits on trial, are others', async () => {
    const { counters, edgeCounters, trialCounters } = await counting()
    for (const each of [counters, edgeCounters, trialCounters]) assert.equal(await allowedOf(each, one('a')), true)
    assert.equal(await allowedOf(trialCounters, one('a')), false)
  })

  test('keys hold nothing of what callers say, are short, and end by themselves', async () => {
    const { counters } = await counting({ prefix: 'hostile' })
    const hostile = ['a\r\nFLUSHALL\r\n', '\0', '{x}', '"; return 1 --', '*'.repeat(1_000_000), '', '\ud800', 'ключ']
    for (const key of hostile) {
      for (const rule of [perMinute(1), atOnce(1)]) {
        assert.equal(await allowedOf(counters, one(key, rule)), true)
        assert.equal(await allowedOf(counters, one(key, rule)), false)
      }
    }
    const keys = await keysOf(redis, '{hostile}*')
    assert.equal(keys.length, 2 * hostile.length + 1, 'two for each, and the one of the greeting')
    for (const key of keys) {
      assert.match(key, /^\{hostile\}:limit:(fixed|held):[\w-]{43}$/)
      const [, ms] = /^:(\d+)/.exec(await redis.command('PTTL', key)) ?? []
      assert.ok(Number(ms) > 0 && Number(ms) <= 2 * minute, `${key} lives ${ms} ms`)
    }
  })

  test('a script that Redis has forgotten is told to it anew', async () => {
    const { counters, told } = await counting()
    await redis.command('SCRIPT', 'FLUSH')
    assert.deepEqual([await allowedOf(counters, one('a')), await allowedOf(counters, one('a'))], [true, false])
    assert.deepEqual(told, [])
  })

  test('a key that somebody else has written to refuses its own calls, whole, and nobody else', async () => {
    for (const [command, ...value] of [
      ['LPUSH', 'x'],
      ['SET', 'three words but'],
      ['SET', 'no tally'],
    ]) {
      const prefix = `spoilt-${command}-${value.join('').length}`
      const { counters, told } = await counting({ prefix })
      await counters.take(one('a', perMinute(5)), start)
      const key = (await keysOf(redis, `{${prefix}}:limit:fixed:*`)).find(key => key !== undefined) ?? ''
      const spoilt = await keysOf(redis, `{${prefix}}*`)
      for (const one of spoilt) await redis.command('DEL', one)
      for (const one of spoilt) await redis.command(command ?? '', one, ...value)
      assert.notEqual(key, '')
      const both = [...one('b', perMinute(1)), ...one('a', perMinute(5))]
      await assert.rejects(async () => counters.take(both, start), { name: 'RedisUnavailable' })
      assert.equal(await allowedOf(counters, one('b')), true, 'nothing was used of the other limit')
      assert.deepEqual(told, [])
    }
  })

  test('what a process held that is gone is given back when its lease ends, and not while it renews', async () => {
    const time = new TestTime()
    const [living, dead, other] = [
      await counting({ prefix: 'lease', leaseMs: 600, time }),
      await counting({ prefix: 'lease', leaseMs: 600, time: new TestTime() }),
      await counting({ prefix: 'lease' }),
    ]
    await living.counters.take(one('a', atOnce(2)), start)
    await dead.counters.take(one('a', atOnce(2)), start)
    assert.equal(await allowedOf(other.counters, one('a', atOnce(2))), false)
    const freed = async () => {
      time.pass(0)
      return allowedOf(other.counters, one('a', atOnce(2)))
    }
    await until(freed)
    time.pass(0)
    assert.equal(await allowedOf(other.counters, one('a', atOnce(2))), false, 'what is renewed is held')
    await living.counters.release(one('a', atOnce(2)), start)
    assert.equal(await allowedOf(other.counters, one('a', atOnce(2))), true)
  })

  test("a gateway's clock that is behind, by whatever, refills nothing", async () => {
    const { counters } = await counting()
    const rules: LimitRule[] = [
      perMinute(1),
      { algorithm: 'slidingWindow', count: 1, windowMs: minute },
      { algorithm: 'tokenBucket', count: 1, windowMs: minute, burst: 1 },
    ]
    for (const rule of rules) {
      assert.equal((await counters.take(one('a', rule), start + 1000 * minute)).allowed, true)
      for (const behind of [0, 999, 1000]) {
        assert.equal((await counters.take(one('a', rule), start + behind * minute)).allowed, false, rule.algorithm)
      }
    }
  })
})

describe('a Redis that fails', { skip: missing }, async () => {
  if (missing !== undefined) return
  const file = { after }
  const redis = await startRedis(file, ['--requirepass', 'of-course', '--enable-debug-command', 'yes'])
  const url = redis.url.replace('//', '//:of-course@')
  const command = (...args: string[]) => redis.command(...args)

  /** Fails, is told of, is refused at once, and comes back once it is well. */
  async function failsAndHeals(break_: () => unknown, heal: () => unknown, reason: RegExp): Promise<void> {
    const time = new TestTime()
    const { counters, standing, told } = await sharedCounters(file, url, { time })
    assert.equal(await allowedOf(counters, one('a', perMinute(100))), true)
    await break_()
    await until(async () => {
      await Promise.allSettled([counters.take(one('a', perMinute(100)), start)])
      return !standing().isUp
    })
    await assert.rejects(async () => counters.take(one('a'), start), { name: 'RedisUnavailable' })
    assert.match(String(told[0]), reason)
    time.pass(1000)
    await until(async () => {
      time.pass(1000)
      await pause(20)
      return told.length === 1 && !standing().isUp
    })
    await heal()
    await until(() => {
      time.pass(1000)
      return pause(50).then(() => standing().isUp)
    })
    assert.deepEqual(told.slice(1), [undefined])
    assert.equal(await allowedOf(counters, one('a', perMinute(100))), true)
  }

  const asAdmin = async (...args: string[]) => {
    const { connect } = await import('node:net')
    const socket = connect(redis.port, '127.0.0.1')
    const wire = (words: readonly string[]) =>
      `*${words.length}\r\n${words.map(word => `$${word.length}\r\n${word}\r\n`).join('')}`
    socket.end(wire(['AUTH', 'of-course']) + wire(args) + wire(['QUIT']))
    let answer = ''
    for await (const chunk of socket) answer += chunk
    return answer
  }

  test('out of memory', () =>
    failsAndHeals(
      () => asAdmin('CONFIG', 'SET', 'maxmemory', '1'),
      () => asAdmin('CONFIG', 'SET', 'maxmemory', '0'),
      /^it answered OOM$/,
    ))

  test('a replica, which may not be written to', () =>
    failsAndHeals(
      () => asAdmin('REPLICAOF', '127.0.0.1', '1'),
      () => asAdmin('REPLICAOF', 'NO', 'ONE'),
      /^it answered (READONLY|MASTERDOWN)$/,
    ))

  test('gone, and back without anything of what it held', () =>
    failsAndHeals(
      () => redis.stop(),
      () => redis.start(),
      /^(it closed the connection|ECONNRESET|ECONNREFUSED)$/,
    ))

  test('a wrong password', async () => {
    assert.match(await command('PING'), /^-NOAUTH/)
    for (const [wrong, reason] of [
      [redis.url.replace('//', '//:not-it@'), 'it answered WRONGPASS'],
      [redis.url, 'it answered NOAUTH'],
    ] as const) {
      const { counters, told } = await sharedCounters(file, wrong)
      await assert.rejects(async () => counters.take(one('a'), start), { message: `Redis: ${reason}` })
      assert.deepEqual(told, [reason])
    }
  })
})

test('a cluster: all keys of a call lie in one slot; a node that has not that slot counts nothing', {
  skip: missing,
}, async t => {
  const redis = await startRedis(t, ['--cluster-enabled', 'yes'])
  const without = await sharedCounters(t, redis.url)
  await assert.rejects(async () => without.counters.take(one('a'), start), {
    message: 'Redis: it answered CLUSTERDOWN',
  })
  await redis.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await until(async () => (await redis.command('CLUSTER', 'INFO')).includes('cluster_state:ok'))
  const { counters } = await sharedCounters(t, redis.url)
  const takes = ['a', 'b', 'c'].flatMap(key => one(key))
  assert.deepEqual([await allowedOf(counters, takes), await allowedOf(counters, takes)], [true, false])
})

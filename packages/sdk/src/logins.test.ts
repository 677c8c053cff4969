import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Counters } from '@sallyport/core'
import { z } from 'zod'
import {
  type AppOptions,
  anonymous,
  answer,
  anyone,
  api,
  app,
  hashPassword,
  type LoginsOptions,
  logins,
} from './index.ts'

const right = 'correct horse'
const kept = await hashPassword(right)
const minute = 60_000

const credentials = z.object({ name: z.string(), password: z.string() })

/** An application with a login, on a clock that stands still, and whom it was asked to find. */
async function started(given: Partial<LoginsOptions> = {}, options: Partial<AppOptions> = {}) {
  let at = Date.UTC(2026, 0, 15, 12)
  const found: string[] = []
  const events: object[] = []
  const find = (name: string) => {
    found.push(name)
    return name.toLowerCase() === 'ann' || name === 'bob' ? kept : undefined
  }
  const passwords = logins({ find, ...given })
  const login = api(
    'POST /login',
    { identify: anonymous, authorize: anyone, body: credentials, responses: { 401: z.object({ msg: z.string() }) } },
    async ({ body, ...call }) =>
      (await passwords.verify(body.name, body.password, call)) ? undefined : answer(401, { msg: 'no' }),
  )
  const clock = { now: () => at, elapsed: () => 0 }
  const { fetch } = await app({ operations: [login], clock, record: event => events.push(event), ...options })
  const call = (name: string, password: string, peer?: string) => {
    const headers = { 'Content-Type': 'application/json' }
    const request = new Request('http://localhost/login', {
      method: 'POST',
      headers,
      body: JSON.stringify({ name, password }),
    })
    return fetch(request, peer === undefined ? {} : { peer })
  }
  const status = async (name: string, password: string, peer = '192.0.2.1') => (await call(name, password, peer)).status
  const advance = (ms: number) => {
    at += ms
  }
  return { call, status, found, events, advance }
}

test('after so many failures a name is refused before it is looked up, from wherever, and let in again later', async () => {
  const { call, status, found, advance } = await started({ perAccount: '2/15m' })
  assert.deepEqual([await status('ann', 'a', '192.0.2.1'), await status('ann', 'b', '192.0.2.2')], [401, 401])
  const refused = await call('ann', right, '192.0.2.3')
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '900'])
  assert.deepEqual(found, ['ann', 'ann'])
  assert.equal(await status('bob', right), 204)
  advance(15 * minute)
  assert.equal(await status('ann', right), 204)
})

test('a name is one account however it is written', async () => {
  const { status } = await started({ perAccount: '3/15m' })
  const tries = ['ann', 'ANN', ' Ann', 'ａｎｎ'].map(name => () => status(name, 'wrong'))
  const statuses: number[] = []
  for (const each of tries) statuses.push(await each())
  assert.deepEqual(statuses, [401, 401, 401, 429])
})

test('after so many failures an address is refused, whatever names it tries; of IPv6 all of a /64 is one', async () => {
  const { status } = await started({ perIp: '2/15m' })
  for (const [one, other, elsewhere] of [
    ['192.0.2.1', '192.0.2.1', '192.0.2.2'],
    ['2001:db8::1', '2001:db8::ffff:2', '2001:db8:0:1::1'],
  ] as const) {
    assert.deepEqual([await status('x', 'a', one), await status('y', 'b', other)], [401, 401])
    assert.equal(await status('ann', right, other), 429)
    assert.equal(await status('ann', right, elsewhere), 204)
  }
})

test('good logins count for nothing', async () => {
  const { status } = await started({ perAccount: '1/15m', perIp: '1/15m' })
  for (let i = 0; i < 3; i++) assert.equal(await status('ann', right), 204)
  assert.equal(await status('ann', 'wrong'), 401)
  assert.equal(await status('ann', right), 429)
})

test('where no address is known names are counted alone', async () => {
  const { call } = await started({ perIp: '1/15m' }, { addresses: 'unknown' })
  for (const name of ['x', 'y', 'z']) assert.equal((await call(name, 'wrong')).status, 401)
})

test('a name that nobody has and a wrong password are told alike, before and beyond the bound', async () => {
  const { call } = await started({ perAccount: '1/15m' })
  const told = async (name: string) => {
    const response = await call(name, 'wrong', '192.0.2.1')
    const text = (await response.text()).replace(/[0-9a-f]{32}/, 'id')
    const headers = [...response.headers].filter(([field]) => field !== 'sallyport-call-id')
    return { status: response.status, text, headers }
  }
  for (const status of [401, 429]) {
    const known = await told('ann')
    assert.equal(known.status, status)
    assert.deepEqual(await told('ghost'), known)
  }
})

test('guesses that come all at once are no more than guesses one by one', async () => {
  const { status } = await started({ perAccount: '3/15m' })
  const guesses = Array.from({ length: 16 }, (_, i) => status('ann', i === 15 ? right : 'wrong', `192.0.2.${i}`))
  const statuses = await Promise.all(guesses)
  assert.ok(statuses.filter(each => each === 401 || each === 204).length <= 3, statuses.join())
})

test('one address has so many passwords looked at side by side, and leaves room for others', async () => {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const { status } = await started({ find: () => promise })
  const waiting = Array.from({ length: 8 }, (_, i) => status(`name-${i}`, right))
  assert.equal(await status('ann', right), 429)
  const other = status('ann', right, '192.0.2.2')
  resolve(kept)
  assert.equal(await other, 204)
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([204]))
  assert.equal(await status('ann', right), 204)
})

test('where nothing can be counted nobody is looked up', async () => {
  const down = async (): Promise<never> => {
    throw new Error('Redis is down')
  }
  const edgeCounters: Counters = { take: down, peek: down, release: () => undefined }
  const { status, found } = await started(
    {},
    {
      counters: async () => ({
        ...{ counters: edgeCounters, edgeCounters, trialCounters: edgeCounters, close: () => undefined },
        standing: () => ({ where: 'redis' as const, isUp: false, whenDown: 'refuse' as const, missed: 0 }),
      }),
    },
  )
  assert.equal(await status('ann', right), 503)
  assert.deepEqual(found, [])
})

test('a hash that is none has no password, and a lookup that fails lets nobody in', async () => {
  for (const wrong of ['', right, null])
    assert.equal(await (await started({ find: () => wrong })).status('ann', right), 401, String(wrong))
  const failing = await started({ find: () => Promise.reject(new Error('no database')) }, { fault: () => undefined })
  assert.equal(await failing.status('ann', right), 500)
})

test('no record has a password', async () => {
  const { status, events } = await started()
  await status('ann', 'a-wrong-password')
  assert.equal(events.length, 1)
  assert.doesNotMatch(JSON.stringify(events), /a-wrong-password/)
})

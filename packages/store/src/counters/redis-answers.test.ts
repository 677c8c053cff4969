import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import type { Counters, LimitRule, Take } from '@sallyport/core'
import { bulk, startFakeRedis } from '../testing/fake-redis.ts'
import { sharedCounters, TestTime } from '../testing/shared-counters.ts'

const start = Date.UTC(2026, 0, 1)
const rule: LimitRule = { algorithm: 'fixedWindow', count: 1, windowMs: 60_000 }
const takes: Take[] = [{ key: 'a', rule, cost: 1 }]
const unavailable = { name: 'RedisUnavailable' }

const take = async (counters: Counters) => counters.take(takes, start)

/** The ticket of a question: what a true answer begins with. */
const ticketOf = (args: readonly string[]) => args[args.indexOf('take') + 2] ?? ''

const well = (args: readonly string[]) => bulk(`${ticketOf(args)} 1 1 ${start} 1 0`)

test('an answer that is well-formed is believed', async t => {
  const { url } = await startFakeRedis(t, well)
  const { counters } = await sharedCounters(t, url)
  assert.deepEqual(await take(counters), {
    allowed: true,
    levels: [{ allowed: true, remaining: 0, resetMs: 60_000, retryMs: 0 }],
  })
})

/** Answers that are none to what was asked. */
const nonsense: Readonly<Record<string, (ticket: string) => string>> = {
  'another type': () => '+OK\r\n',
  'a number': () => ':1\r\n',
  nothing: () => '$-1\r\n',
  'a list': ticket => `*2\r\n${bulk(ticket)}${bulk('1')}`,
  'an empty text': () => bulk(''),
  words: () => bulk('yes please do let this call by'),
  'too few numbers': ticket => bulk(`${ticket} 1 1 ${start} 1`),
  'too many numbers': ticket => bulk(`${ticket} 1 1 ${start} 1 0 0`),
  "another question's answer": () => bulk(`77777 1 1 ${start} 1 0`),
  'allowed, though the take does not fit': ticket => bulk(`${ticket} 1 0 ${start} 1 0`),
  'refused, though the take fits': ticket => bulk(`${ticket} 0 1 ${start} 1 0`),
  'no numbers': ticket => bulk(`${ticket} 1 1 nan 1 0`),
  'a flag that is none': ticket => bulk(`${ticket} true 1 ${start} 1 0`),
  HTTP: () => 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n',
  bytes: () => '\0\x01\x02\xff\xfe\r\n\r\n',
  'two answers, of which the next question gets the second': ticket =>
    bulk(`${ticket} 0 0 ${start} 1 0`) + bulk(`${ticket} 1 1 ${start} 1 0`),
}

for (const [what, answer] of Object.entries(nonsense)) {
  test(`a server that answers with nonsense lets no call by: ${what}`, async t => {
    const { url } = await startFakeRedis(t, args => answer(ticketOf(args)))
    // No time passes: what is refused is refused for its answer.
    const { counters } = await sharedCounters(t, url, { time: new TestTime(), timeoutMs: 250 })
    for (const one of await Promise.allSettled([take(counters), take(counters), take(counters)])) {
      if (one.status === 'fulfilled') assert.equal(one.value.allowed, false)
      else assert.equal(one.reason.name, 'RedisUnavailable')
    }
  })
}

test('a server that does not answer is given up after its time, and all who wait at once', async t => {
  const asked: string[] = []
  const both = Promise.withResolvers<void>()
  const { url } = await startFakeRedis(t, ([name = '']) => {
    asked.push(name)
    if (asked.length === 2) both.resolve()
    return undefined
  })
  const time = new TestTime()
  const { counters, told, standing } = await sharedCounters(t, url, { time, timeoutMs: 250 })
  const calls = Promise.allSettled([take(counters), take(counters)])
  await both.promise
  time.pass(249)
  assert.equal(standing().isUp, true)
  time.pass(1)
  assert.deepEqual(
    (await calls).map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.deepEqual(told, ['it did not answer in time'])
  await assert.rejects(take(counters), unavailable, 'refused at once while it is down')
  assert.equal(asked.length, 2, 'and not asked')
})

test('a server that takes connections and says nothing is given up, and the first calls with it', async t => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const time = new TestTime()
  const { counters, told } = await sharedCounters(t, `redis://127.0.0.1:${address.port}`, { time, timeoutMs: 250 })
  const call = take(counters)
  time.pass(5000)
  await assert.rejects(call, { message: 'Redis: it did not answer in time' })
  assert.deepEqual(told, ['it did not answer in time'])
})

test('a server that closes in the middle of an answer has given none', async t => {
  const { url } = await startFakeRedis(t, (args, socket) => {
    socket.end(well(args).slice(0, -8), 'latin1')
    return undefined
  })
  const { counters, told } = await sharedCounters(t, url)
  await assert.rejects(take(counters), unavailable)
  assert.deepEqual(told, ['it closed the connection'])
})

/** Lets time pass until a promise has settled. */
async function inTime<T>(settling: Promise<T>, time: TestTime): Promise<T> {
  const settled = settling.then(() => true)
  const turn = () => new Promise<boolean>(resolve => setImmediate(resolve, false))
  while (!(await Promise.race([settled, turn()]))) time.pass(250)
  return settling
}

for (const [what, answer] of [
  ['an answer without end', `$2000000000\r\n${'x'.repeat(100_000)}`],
  ['an answer of no length', '$abc\r\nabc\r\n'],
] as const) {
  test(`${what} is given up after its time`, async t => {
    const asked = Promise.withResolvers<void>()
    const { url } = await startFakeRedis(t, () => {
      asked.resolve()
      return answer
    })
    const time = new TestTime()
    const { counters, told } = await sharedCounters(t, url, { time, timeoutMs: 250 })
    const calls = Promise.allSettled([take(counters)])
    await asked.promise
    const [call] = await inTime(calls, time)
    assert.deepEqual([call?.status, told], ['rejected', ['it did not answer in time']])
  })
}

test('what a server says of a password it was told is repeated nowhere', async t => {
  const echo = (args: readonly string[]) => `-ERR unknown command, with args beginning with: ${args.join(' ')}\r\n`
  const fake = await startFakeRedis(t, echo, echo)
  const { counters, told } = await sharedCounters(t, `redis://me:s3cret-s3cret@127.0.0.1:${fake.port}`)
  await assert.rejects(take(counters), error => error instanceof Error && !String(error.stack).includes('s3cret'))
  assert.deepEqual(told, ['it answered ERR'])
})

test('counted in memory meanwhile, a limit holds in this process, and what was taken there is given back there', async t => {
  const down = await startFakeRedis(t, (_, socket) => {
    socket.destroy()
    return undefined
  })
  const { counters, edgeCounters, standing } = await sharedCounters(t, down.url, { whenDown: 'memory' })
  assert.deepEqual([(await take(counters)).allowed, (await take(counters)).allowed], [true, false])
  assert.deepEqual([(await take(edgeCounters)).allowed, (await take(edgeCounters)).allowed], [true, false])
  const held: Take[] = [{ key: 'h', rule: { algorithm: 'concurrency', count: 1 }, cost: 1 }]
  assert.equal((await counters.take(held, start)).allowed, true)
  assert.equal((await counters.take(held, start)).allowed, false)
  await counters.release(held, start)
  assert.equal((await counters.take(held, start)).allowed, true)
  assert.equal((await counters.peek(takes, start)).allowed, false)
  assert.deepEqual([standing().isUp, standing().whenDown], [false, 'memory'])
  assert.ok(standing().missed >= 8)
})

test('a mistake of the program is none of the server, and counted nowhere', async t => {
  const { url } = await startFakeRedis(t, well)
  const { counters, standing } = await sharedCounters(t, url, { whenDown: 'memory' })
  await assert.rejects(async () => counters.take([{ key: 'a', rule, cost: -1 }], start), TypeError)
  assert.equal(standing().missed, 0)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, type TestContext, test } from 'node:test'
import { anonymous, anyone, api, app, redis as redisAt } from '@sallyport/sdk'
import { startBackend } from '../harness/backend.ts'
import { folderWith, up } from '../harness/command.ts'
import { countedYaml } from '../harness/counted.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { basicOf, usersFile } from '../harness/keys.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { problemOf } from '../harness/problem.ts'
import { missingRedis, startFakeRedis, startRedis } from '../harness/redis.ts'

const file = { after }
const skip = missingRedis() ?? false
const files = { 'users.yaml': await usersFile({ alice: 'right' }) }
const backend = await startBackend(file)

/** A URL of a Redis that isn't there. */
async function nowhere(t: Lifetime): Promise<string> {
  // What listens there hangs up at once, so that nobody else has the port.
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  return `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

async function gatewayOn(t: TestContext, counters: string) {
  const gateway = await startGateway(t, countedYaml(backend.url, counters), { files })
  const page = async (path: string) => {
    const answer = await fetch(gateway.running.management + path)
    return { status: answer.status, text: await answer.text() }
  }
  const status = async (path: string) => {
    const answer = await gateway.call(path)
    await answer.body?.cancel()
    return answer.status
  }
  return { gateway, page, status }
}

const asAlice = (password: string) => ({ headers: basicOf('alice', password) })

/** How a call that could not be counted was refused. */
async function refusalOf(gateway: TestGateway, path: string, init?: RequestInit) {
  const answer = await gateway.call(path, init)
  const { code, stage, retryAfter } = await problemOf(answer)
  return [answer.status, code, stage, retryAfter, answer.headers.get('Retry-After')]
}

test('while Redis is down what would be counted is refused, guesses too, and all else is served', async t => {
  const { gateway, page, status } = await gatewayOn(t, `{ redis: "${await nowhere(t)}" }`)
  const before = backend.received.length
  const unavailable = (stage: string) => [503, 'limit-unavailable', stage, 1, '1']
  assert.deepEqual(await refusalOf(gateway, '/shop/few'), unavailable('limit'))
  assert.deepEqual(await refusalOf(gateway, '/shop/slow'), unavailable('limit'))
  assert.deepEqual(await refusalOf(gateway, '/shop/edge'), unavailable('admit'))
  assert.deepEqual(await refusalOf(gateway, '/shop/mine', asAlice('right')), unavailable('identify'))
  assert.deepEqual(await refusalOf(gateway, '/shop/mine', asAlice('wrong')), unavailable('identify'))
  assert.equal(backend.received.length, before, 'none of them went on')
  assert.equal(await status('/shop/open'), 200)
  const [first] = gateway.events
  assert.match(String(first?.refusal?.reason), /^Redis: (it closed the connection|ECONNRESET)$/)

  assert.deepEqual(await page('/healthz'), { status: 200, text: '{"healthy":true,"counters":"refused"}' })
  const ready = await page('/readyz')
  assert.deepEqual(
    [ready.status, JSON.parse(ready.text).checks],
    [503, { calls: true, records: true, counters: false }],
  )
  const metrics = await page('/metrics')
  assert.match(metrics.text, /^sallyport_counters_up 0$/m)
  assert.match(metrics.text, /^sallyport_counters_missed_total\{\} 5$/m)
})

test('a Redis that does not answer holds a call up for its time and no longer', async t => {
  const asked = Promise.withResolvers<void>()
  const silent = await startFakeRedis(t, () => {
    asked.resolve()
    return undefined
  })
  const { gateway, status } = await gatewayOn(t, `{ redis: "${silent.url}", timeout: 300ms }`)
  const call = status('/shop/few')
  await asked.promise
  gateway.clock.advance(300)
  gateway.clock.advance(100)
  assert.equal(await call, 503)
  assert.equal(await status('/shop/few'), 503, 'at once, for it is known to be down')
})

test('with whenDown: memory each gateway counts alone meanwhile, and with the others again afterwards', {
  skip,
}, async t => {
  const redis = await startRedis(t)
  await redis.stop()
  const counters = `{ redis: "${redis.url}", whenDown: memory, timeout: 1m }`
  const [one, other] = [await gatewayOn(t, counters), await gatewayOn(t, counters)]
  const statuses = async (gateways: readonly (typeof one)[]) => {
    const all: number[] = []
    for (const { status } of gateways) all.push(await status('/shop/few'))
    return all
  }
  assert.deepEqual(await statuses([one, one, one, one, other]), [200, 200, 200, 429, 200])
  assert.equal((await one.gateway.call('/shop/mine', asAlice('wrong'))).status, 401)
  assert.deepEqual((await one.page('/readyz')).status, 200)
  assert.equal((await one.page('/healthz')).text, '{"healthy":true,"counters":"memory meanwhile"}')

  await redis.start()
  for (const { gateway, page } of [one, other]) {
    await eventually('Redis is found again', async () => {
      gateway.clock.advance(1000)
      return (await page('/healthz')).text === '{"healthy":true,"counters":"redis"}'
    })
  }
  assert.deepEqual(await statuses([one, other, one, other]), [200, 200, 200, 429])
})

test('the log says once that Redis is down and that it is up again, and nothing of where calls came from', {
  skip,
}, async t => {
  const redis = await startRedis(t)
  const folder = await folderWith(t, {
    ...{ 'sallyport.yaml': countedYaml(backend.url, `{ redis: "${redis.url}", timeout: 1m }`) },
    ...files,
  })
  const gateway = await up(t, folder)
  const few = async () => (await gateway.call('/shop/few')).status
  assert.equal(await few(), 200)
  await redis.stop()
  await gateway.out.said('"msg":"Redis is down"')
  assert.deepEqual([await few(), await few()], [503, 503])
  await redis.start()
  await gateway.out.said('"msg":"Redis is up again: limits are counted there"')
  assert.equal(await few(), 200)
  const said = gateway.out.text.split('\n').filter(line => line.includes('"msg":"Redis'))
  assert.equal(said.length, 2)
})

const limited = api(
  'GET /limited',
  { identify: anonymous, authorize: anyone, limit: { few: { allow: '2/day', per: 'everyone' } } },
  () => undefined,
)

test('an application refuses too while its Redis is down, or counts in memory where that is written', async t => {
  const url = await nowhere(t)
  const faults: unknown[] = []
  const statusesWith = async (whenDown: 'refuse' | 'memory') => {
    const counted = await app({
      operations: [limited],
      counters: redisAt(url, { whenDown }),
      fault: error => faults.push(error),
    })
    t.after(() => counted.close())
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) statuses.push((await counted.fetch(new Request('http://app/limited'))).status)
    return [...statuses, counted.counting().isUp]
  }
  assert.deepEqual(await statusesWith('refuse'), [503, 503, 503, false])
  assert.deepEqual(await statusesWith('memory'), [204, 204, 429, false])
  assert.equal(faults.length, 2)
  for (const fault of faults) assert.match(String(fault), /^Error: Redis is down: /)
})

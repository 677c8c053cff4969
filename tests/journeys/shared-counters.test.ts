import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startBackend } from '../harness/backend.ts'
import { environment, folderWith, type Up, up } from '../harness/command.ts'
import { countedYaml } from '../harness/counted.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { Heard } from '../harness/heard.ts'
import { basicOf, usersFile } from '../harness/keys.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { missingRedis, startRedis } from '../harness/redis.ts'

const missing = missingRedis()
const skip = missing ?? false
const root = fileURLToPath(new URL('../..', import.meta.url))
const redis = missing === undefined ? await startRedis({ after }) : undefined
const redisUrl = redis?.url ?? ''
const users = await usersFile({ alice: 'right' })

type Calls = Pick<Up, 'call'>

/** Calls one after the other and then the other again. */
async function inTurn(gateways: readonly Calls[], path: string, times: number): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < times; i++) {
    const answer = await gateways[i % gateways.length]?.call(path)
    statuses.push(answer?.status ?? 0)
    await answer?.body?.cancel()
  }
  return statuses
}

/** Two gateways that are processes of their own. */
async function twoGateways(t: Lifetime, to: string, counters: string): Promise<readonly [Up, Up]> {
  const yaml = countedYaml(to, counters, ', log: off, guessing: { perAccount: 2/day }')
  const folder = await folderWith(t, { 'sallyport.yaml': yaml, 'users.yaml': users })
  return [await up(t, folder, ['--data', join(folder, 'a')]), await up(t, folder, ['--data', join(folder, 'b')])]
}

test('[F32] two gateways that are processes of their own share counts on one Redis, down to the last place', {
  skip,
}, async t => {
  const arrived = Promise.withResolvers<void>()
  let held = false
  const backend = await startBackend(t, ({ url }, response) => {
    if (!url.endsWith('slow') || held) return void response.end()
    // The first one is not answered: it is under way until its gateway dies.
    held = true
    arrived.resolve()
    return undefined
  })
  const gateways = await twoGateways(t, backend.url, `{ redis: "${redisUrl}", prefix: two, timeout: 1m, lease: 1s }`)
  const [one, other] = gateways
  assert.deepEqual(await inTurn(gateways, '/shop/few', 6), [200, 200, 200, 429, 429, 429])
  assert.deepEqual(await inTurn(gateways, '/shop/edge', 3), [200, 200, 429])
  assert.deepEqual(await inTurn([other], '/shop/wide', 5), [200, 200, 200, 200, 429], 'each limit has its own count')

  const tries = ['one', 'other', 'one'].map(which => (which === 'one' ? one : other))
  const racing = Array.from({ length: 30 }, async (_, i) => (await gateways[i % 2]?.call('/shop/race'))?.status)
  const raced = await Promise.all(racing)
  assert.equal(raced.filter(status => status === 200).length, 7, 'calls that race for the last places get just those')

  const asAlice = async (gateway: Up, password: string) =>
    (await gateway.call('/shop/mine', { headers: basicOf('alice', password) })).status
  const guesses: number[] = []
  for (const gateway of tries) guesses.push(await asAlice(gateway, 'wrong'))
  assert.deepEqual(guesses, [401, 401, 429], 'guesses at one account are counted together')
  assert.equal(await asAlice(other, 'right'), 429)

  one.call('/shop/slow').catch(() => undefined)
  await arrived.promise
  assert.equal((await other.call('/shop/slow', { signal: AbortSignal.timeout(5000) })).status, 429)
  one.signal('SIGKILL')
  await one.ended
  await eventually(
    'what a gateway held that was killed is free again',
    async () => (await other.call('/shop/slow')).status === 200,
  )
})

test('[F32] in memory each gateway has its own count', async t => {
  const backend = await startBackend(t)
  const yaml = countedYaml(backend.url, '{}').replace('counters: {}', 'maxBody: 1MiB')
  const files = { 'users.yaml': users }
  const gateways = [await startGateway(t, yaml, { files }), await startGateway(t, yaml, { files })]
  assert.deepEqual(await inTurn(gateways, '/shop/few', 8), [200, 200, 200, 200, 200, 200, 429, 429])
})

const program = (counters: string) => `
import { anonymous, anyone, api, app, redis, serve } from '@sallyport/sdk'

const hello = api('GET /hello', {
  identify: anonymous, authorize: anyone, limit: { few: { allow: '3/day', per: 'everyone' } },
}, () => undefined)
const options = ${counters}
const { url } = await serve(await app({ name: 'hello', operations: [hello], ...options(redis) }), { port: 0 })
console.log(url)
`

/** Applications of the framework that are processes of their own. */
async function applications(t: Lifetime, counters: string, count: number): Promise<Calls[]> {
  // Beside node_modules, so that imports are found.
  const folder = await mkdtemp(join(root, '.made-counted-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'program.ts')
  await writeFile(file, program(counters))
  return Promise.all(
    Array.from({ length: count }, async () => {
      const child = spawn(process.execPath, [file], { env: environment({}) })
      const ended = once(child, 'exit')
      t.after(() => {
        child.kill('SIGKILL')
        return ended
      })
      const out = new Heard(child.stdout)
      await out.said('\n')
      return { call: (path: string) => fetch(out.text.trim() + path) }
    }),
  )
}

test('[F32] two applications that are processes of their own share counts on one Redis', { skip }, async t => {
  const both = await applications(t, `redis => ({ counters: redis('${redisUrl}', { timeout: '1m' }) })`, 2)
  assert.deepEqual(await inTurn(both, '/hello', 6), [204, 204, 204, 429, 429, 429])
})

test('[F32] in memory each application has its own count', async t => {
  const both = await applications(t, '() => ({})', 2)
  assert.deepEqual(await inTurn(both, '/hello', 8), [204, 204, 204, 204, 204, 204, 429, 429])
})

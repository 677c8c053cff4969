import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { forTests } from '../harness/page-example.ts'
import { saidBy } from '../harness/page-programs.ts'
import { missingRedis, startRedis } from '../harness/redis.ts'
import { firstBlock } from '../house/markdown.ts'

const skip = missingRedis() ?? false
const only = (language: string) => firstBlock('docs/counters.md', language)

const usual = 'redis://127.0.0.1:6379'

test('two gateways as docs/counters.md configures them count together, as a user who may do no more than it says', {
  skip,
}, async t => {
  const redis = await startRedis(t)
  const backend = await startBackend(t)
  const user = only('text').trim().split(' ')
  assert.equal(await redis.command(...user), '+OK\r\n')
  const url = redis.url.replace('//', '//sallyport:a-long-password@')
  const yaml = forTests(only('yaml'), backend.url)
  assert.ok(yaml.includes(`"${usual}"`))
  const patient = yaml.replace(`"${usual}"`, `"${url}", timeout: 1m`)
  const gateways = [await startGateway(t, patient), await startGateway(t, patient)]
  const statuses: number[] = []
  for (const i of [0, 1, 0, 1, 0]) statuses.push((await gateways[i]?.call('/shop/'))?.status ?? 0)
  assert.deepEqual(statuses, [200, 200, 200, 429, 429])
})

test('the program of docs/counters.md runs, and says what it should', { skip }, async t => {
  const redis = await startRedis(t)
  const program = only('ts')
  assert.ok(program.includes(`'${usual}', {`))
  const said = await saidBy(t, program.replace(`'${usual}', {`, `'${redis.url}', { timeout: '1m',`))
  assert.equal(said, '204\n429\n')
})

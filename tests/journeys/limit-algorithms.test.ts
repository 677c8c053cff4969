import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import test, { type TestContext } from 'node:test'
import { type Answer, startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'

async function gatewayWith(t: TestContext, limit: string, backendAnswer?: Answer) {
  const backend = await startBackend(t, backendAnswer)
  const yaml = guardedYaml({ to: backend.url, identify: 'anonymous', limit })
  const gateway = await startGateway(t, yaml)
  const answer = (init?: RequestInit) => gateway.call('/warehouse/items', init)
  /** How many of so many calls in a row are let by. */
  const passed = async (calls: number) => {
    let count = 0
    for (let i = 0; i < calls; i++) if ((await answer()).status === 200) count++
    return count
  }
  return { gateway, backend, answer, passed }
}

const minute = 60_000

test('a fixed window begins with the first call and forgets all at its end', async t => {
  const { gateway, passed } = await gatewayWith(t, '{ few: { allow: 4/minute, per: ip } }')
  gateway.clock.advance(10_000)
  assert.equal(await passed(1), 1)
  gateway.clock.advance(minute - 1)
  assert.equal(await passed(9), 3)
  gateway.clock.advance(1)
  assert.equal(await passed(9), 4)
})

test('a sliding window weighs the window before by what is left of it', async t => {
  const { gateway, passed } = await gatewayWith(t, '{ few: { allow: 4/minute, per: ip, algorithm: slidingWindow } }')
  assert.equal(await passed(9), 4)
  gateway.clock.advance(minute)
  assert.equal(await passed(9), 0, 'all of the window before counts still')
  gateway.clock.advance(minute / 2)
  assert.equal(await passed(9), 2)
  gateway.clock.advance(2 * minute)
  assert.equal(await passed(9), 4)
})

test('a bucket lets a burst by, and then as many as flow in', async t => {
  const limit = '{ flow: { allow: 6/minute, per: ip, algorithm: tokenBucket, burst: 3 } }'
  const { gateway, answer, passed } = await gatewayWith(t, limit)
  assert.equal(await passed(9), 3)
  const refused = await answer()
  assert.equal(refused.headers.get('retry-after'), '10')
  gateway.clock.advance(9_999)
  assert.equal(await passed(9), 0)
  gateway.clock.advance(1)
  assert.equal(await passed(9), 1)
  gateway.clock.advance(60 * minute)
  assert.equal(await passed(9), 3, 'never more than the burst')
})

test('so many calls at once and no more: one place is taken until the slow backend has answered', async t => {
  const held: ServerResponse[] = []
  const hold: Answer = (_, response) => void held.push(response)
  const { gateway, backend, answer } = await gatewayWith(t, '{ slots: { concurrent: 2, per: ip } }', hold)
  const under = [answer(), answer()]
  await eventually('both calls are under way', () => backend.received.length === 2)
  const refused = await answer()
  assert.equal(refused.status, 429)
  const { limit, retryAfter } = await problemOf(refused)
  assert.deepEqual([limit, retryAfter, refused.headers.get('retry-after')], ['slots', 1, '1'])
  held.shift()?.end('done')
  assert.equal(await (await Promise.race(under)).text(), 'done')
  await eventually('the refused call and the answered one are over', () => gateway.events.length === 2)
  const next = answer()
  await eventually('a third call is under way', () => backend.received.length === 3)
  for (const response of held) response.end('done')
  const statuses = await Promise.all([...under, next].map(async one => (await one).status))
  assert.deepEqual(statuses, [200, 200, 200])
})

test('a place is held until the last byte of the answer has left, not only its head', async t => {
  const held: ServerResponse[] = []
  const { gateway, answer } = await gatewayWith(t, '{ slots: { concurrent: 1, per: ip } }', (_, response) => {
    response.write('half ')
    held.push(response)
  })
  const first = await answer()
  assert.equal(first.status, 200)
  assert.equal((await answer()).status, 429)
  held[0]?.end('done')
  assert.equal(await first.text(), 'half done')
  await eventually('the refused call and the answered one are over', () => gateway.events.length === 2)
  const again = answer()
  await eventually('the next call is under way', () => held.length === 2)
  held[1]?.end()
  assert.equal((await again).status, 200)
})

test('a place is given back by a caller who goes away, and by a backend that breaks off', async t => {
  const answers: Answer[] = []
  const { gateway, backend, answer } = await gatewayWith(t, '{ slots: { concurrent: 1, per: ip } }', (...call) => {
    answers.at(-1)?.(...call)
  })
  answers.push(() => undefined)
  const leaving = new AbortController()
  const left = assert.rejects(answer({ signal: leaving.signal }))
  await eventually('the call is under way', () => backend.received.length === 1)
  leaving.abort()
  await left
  await eventually('the call is over', () => {
    gateway.clock.advance(0)
    return gateway.events.length === 1
  })
  answers.push((_, response) => response.destroy())
  assert.equal((await answer()).status, 502)
  answers.push((_, response) => response.end())
  assert.equal((await answer()).status, 200)
})

for (const limit of [
  '{ few: { allow: 0/minute, per: ip } }',
  '{ few: { allow: 3, per: ip } }',
  '{ few: { allow: 3/minute } }',
  '{ few: { allow: 3/fortnight, per: ip } }',
  '{ few: { allow: 3/minute, per: planet } }',
  '{ few: { allow: 3/minute, per: { header: "a b" } } }',
  '{ few: { allow: 3/minute, per: ip, algorithm: leakyBucket } }',
  '{ few: { allow: 3/minute, per: ip, burst: 5 } }',
  '{ few: { allow: 3/minute, concurrent: 3, per: ip } }',
  '{ few: { concurrent: 0, per: ip } }',
  '{ "no name": { allow: 3/minute, per: ip } }',
]) {
  test(`a limit that says something else does not load: ${limit}`, async t => {
    const yaml = guardedYaml({ to: 'http://127.0.0.1:9', identify: 'anonymous', limit })
    assert.match((await mistakesOf(t, yaml)).join('\n'), /limit/)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const list = (items: number) => `[${Array(items).fill('1').join()}]`
const object = (members: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: members }, (_, i) => [i, 1])))

const usual: readonly [what: string, good: string, bad: string][] = [
  ['nested more than 64 deep', nested(64), nested(65)],
  ['nested a hundred thousand deep', nested(1), nested(100_000)],
  ['more than 10000 members', object(10_000), object(10_001)],
  ['more than 100000 values', list(100_000), list(100_001)],
  [
    'more than 4194304 characters',
    JSON.stringify('x'.repeat(4 * 2 ** 20)),
    JSON.stringify('x'.repeat(4 * 2 ** 20 + 1)),
  ],
  ['more than 128 characters', `0.${'1'.repeat(126)}`, `0.${'1'.repeat(127)}`],
]

test('bodies that rules read have limits that nobody has to write', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['inspect: { json: true }'] }))
  const post = (body: string) =>
    gateway.call('/shop/x', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
  for (const [what, good, bad] of usual) {
    assert.equal((await post(good)).status, 200, what)
    const response = await post(bad)
    assert.equal(response.status, 400, what)
    const { code, detail = '' } = await problemOf(response)
    assert.equal(code, 'body-malformed', what)
    if (what.startsWith('more')) assert.match(detail, new RegExp(what))
  }
  assert.equal(backend.received.length, usual.length)
})

test('the nearest of each limit holds, for what a selector reads too', async t => {
  const backend = await startBackend(t)
  const config = openYaml({
    to: backend.url,
    gateway: 'admit: { json: { depth: 3, items: 2 } }',
    api: [
      'admit: { json: { depth: 4 } }',
      'operations: { POST /read: { inspect: { json: true } }, POST /chosen: [{ select: { json: { /a: b } } }, {}], POST /free: {} }',
    ],
  })
  const gateway = await startGateway(t, config)
  const post = async (path: string, body: string) => {
    const headers = { 'Content-Type': 'application/json' }
    return (await gateway.call(`/shop/${path}`, { method: 'POST', body, headers })).status
  }
  for (const path of ['read', 'chosen']) {
    assert.equal(await post(path, nested(4)), 200, path)
    assert.equal(await post(path, nested(5)), 400, path)
    assert.equal(await post(path, list(3)), 400, path)
  }
  assert.equal(await post('free', nested(100)), 200)
})

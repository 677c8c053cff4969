import assert from 'node:assert/strict'
import { test } from 'node:test'

import { type Backend, startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport } from '../harness/command.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { magicYaml, mintFor, realToken } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'
import { pageAt } from '../house/markdown.ts'

const yamlTo = (to: string, settings = '{}') => `
sallyport: 1
gateway: { http: 0 }
apis:
  shop:
    path: /shop
    identify: anonymous
    authorize: { anyone: true, module: { file: ./guard.js, with: ${settings} } }
    forward: { to: "${to}" }
    operations:
      'GET /items/{id}': {}
      POST /items: {}
`

interface Guarded extends TestGateway {
  readonly backend: Backend
}

/** A gateway with this module as its guard, before a backend that tells what it gets. */
async function guardedBy(t: Lifetime, source: string, settings?: string): Promise<Guarded> {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yamlTo(backend.url, settings), { files: { 'guard.js': source } })
  return { ...gateway, backend }
}

/** The example that docs/guard-modules.md gives. */
const documented = /```js\n(.*?)```/s.exec(pageAt('docs/guard-modules.md').text)?.[1] ?? ''

test("[M17] the documentation's module lets calls through while its hours last, and refuses in its words after them", async t => {
  const gateway = await guardedBy(t, documented, '{ from: 9, to: 13 }')
  assert.equal((await gateway.call('/shop/items/1')).status, 200)
  gateway.clock.advance(2 * 3_600_000)
  const refused = await gateway.call('/shop/items/1')
  const { code, detail } = await problemOf(refused)
  assert.deepEqual([refused.status, code, detail], [403, 'not-allowed', 'Call between 9 and 13 UTC.'])
  assert.equal(gateway.events.at(-1)?.refusal?.reason, "it is 14 o'clock")
  assert.equal(gateway.events.at(-1)?.refusal?.rule, 'module')
  assert.equal(gateway.backend.received.length, 1)
})

test('[M17] a module that throws refuses the call with 500, shows nothing of it, and the log says why', async t => {
  const source = `export const create = () => ({ check() { throw new Error('the word is swordfish') } })`
  const gateway = await guardedBy(t, source)
  const answer = await gateway.call('/shop/items/1')
  assert.equal(answer.status, 500)
  assert.ok(!(await answer.text()).includes('swordfish'))
  assert.match(gateway.events[0]?.refusal?.reason ?? '', /the word is swordfish/)
  assert.equal(gateway.backend.received.length, 0)
})

test('[M17] whatever a check answers with is waited for, be it a promise of another kind', async t => {
  const source = `
import { runInNewContext } from 'node:vm'
const foreign = runInNewContext('Promise')
export const create = (_, { refuse }) => ({
  check(call) {
    const error = refuse('not this one')
    if (call.parameters.id === '1') return { then(_, fail) { setImmediate(fail, error) } }
    if (call.parameters.id === '2') return foreign.reject(error)
    return foreign.resolve()
  },
})`
  const gateway = await guardedBy(t, source)
  const statuses = []
  for (const id of [1, 2, 3]) statuses.push((await gateway.call(`/shop/items/${id}`)).status)
  assert.deepEqual(statuses, [403, 403, 200])
  assert.equal(gateway.backend.received.length, 1)
})

test('[M17] each function of a module may refuse, also late, and what it adds arrives', async t => {
  const source = `
export const needs = ['body', 'answer']
export const create = ({ at }, { refuse }) => {
  const stop = (where, call) => { if (call.headers['x-stop']?.[0] === where) throw refuse(where) }
  return {
    check: call => stop('check', call),
    async prepare(call) { stop('prepare', call); return { headers: { 'X-Seen': JSON.stringify(await call.body()) } } },
    async reply(answer, call) { stop('reply', call); return { headers: { 'X-Url': (await answer.json()).url } } },
  }
}`
  const gateway = await guardedBy(t, source)
  const post = (stop: string) =>
    gateway.call('/shop/items', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Stop': stop },
      body: '{"a":1}',
    })
  for (const [stop, calls] of [
    ['check', 0],
    ['prepare', 0],
    ['reply', 1],
  ] as const) {
    assert.equal((await post(stop)).status, 403, stop)
    assert.equal(gateway.backend.received.length, calls, stop)
  }
  const answer = await post('nowhere')
  assert.deepEqual(await answer.json(), { method: 'POST', url: '/items' })
  assert.equal(answer.headers.get('X-Url'), '/items')
  assert.deepEqual(valuesOf(gateway.backend.received.at(-1), 'x-seen'), ['{"a":1}'])
  assert.equal(gateway.backend.received.at(-1)?.body.toString(), '{"a":1}')
})

test('[M17] a module gets neither the token of the caller nor the credential of the upstream, and can replace neither', async t => {
  const source = `
const seen = new Set()
const all = (value, depth = 0) => {
  if (depth > 6 || value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return String(value)
  seen.add(value)
  return Reflect.ownKeys(value).map(key => String(key) + ':' + all(value[key], depth + 1)).join(';')
}
export const needs = ['body', 'upstream', 'state', 'answer']
export const create = (config, ports) => ({
  check(call) { if (call.headers['x-tell']) throw ports.refuse('tell', { detail: all(call) + all(ports) }) },
  prepare(call) { if (call.headers['x-steal']) return { headers: { Authorization: 'Bearer mine' } } },
})`
  const backend = await startBackend(t)
  const api = ["operations: { 'GET /user': { authorize: { module: { file: ./guard.js } } } }"]
  const gateway = await startGateway(t, magicYaml({ to: backend.url, api }), { files: { 'guard.js': source } })
  const { token }: { token: string } = JSON.parse(await (await mintFor(gateway, { allowed: ['* /.*'] })).text())
  const call = (more: Record<string, string>) =>
    gateway.call('/github/user', { headers: { Authorization: `Bearer ${token}`, Cookie: 'sid=s3ss10n', ...more } })
  const told = await (await call({ 'X-Tell': '1' })).text()
  assert.match(told, /x-tell/)
  for (const secret of [token, realToken, 's3ss10n']) assert.ok(!told.includes(secret), secret)
  assert.equal((await call({ 'X-Steal': '1' })).status, 500)
  assert.equal(backend.received.length, 0)
  assert.equal((await call({})).status, 200)
  assert.deepEqual(valuesOf(backend.received[0], 'authorization'), [`Bearer ${realToken}`])
})

test('[M17] what a module remembers outlives a reload, which takes up the changed module', async t => {
  const counting = (step: number) => `
export const needs = ['state']
export const create = (_, { state }) => ({
  async check() { await state.put({ calls: (state.get('calls') ?? 0) + ${step} }) },
  prepare: () => ({ headers: { 'X-Calls': String(state.get('calls')) } }),
})`
  const gateway = await guardedBy(t, counting(1))
  const calls = async () => {
    await gateway.call('/shop/items/1')
    return valuesOf(gateway.backend.received.at(-1), 'x-calls')
  }
  assert.deepEqual([await calls(), await calls()], [['1'], ['2']])
  await gateway.change('guard.js', counting(10))
  assert.deepEqual(await calls(), ['12'])
  await gateway.change('guard.js', 'export const create = 1')
  assert.match(gateway.reloads.at(-1)?.join() ?? '', /it exports no function create/)
  assert.deepEqual(await calls(), ['22'], 'the rules before stay')
})

test('[M17] done is told once of every call, with the code of its refusal', async t => {
  const source = `
const told = []
export const create = (_, { refuse }) => ({
  check(call) { if (call.parameters.id === 'no') throw refuse('no') },
  prepare: () => ({ headers: { 'X-Told': JSON.stringify(told) } }),
  done({ end, refusal }, call) { told.push([call.parameters.id, end, refusal ?? null]) },
})`
  const gateway = await guardedBy(t, source)
  for (const id of ['1', 'no']) await (await gateway.call(`/shop/items/${id}`)).text()
  await eventually('both calls are over', () => gateway.events.length === 2)
  await gateway.call('/shop/items/2')
  const [told = ''] = valuesOf(gateway.backend.received.at(-1), 'x-told')
  assert.deepEqual(JSON.parse(told), [
    ['1', 'complete', null],
    ['no', 'complete', 'not-allowed'],
  ])
})

const notGuards: readonly (readonly [what: string, source: string, said: RegExp])[] = [
  ['without create', 'export const check = () => {}', /it exports no function create/],
  ['whose create makes no check', 'export const create = () => ({})', /without a function check/],
  [
    'with a function that nobody calls',
    'export const create = () => ({ check() {}, chek() {} })',
    /"chek", which nobody calls/,
  ],
  [
    'that needs what nobody gives',
    "export const needs = ['network']; export const create = () => ({ check() {} })",
    /needs "network"/,
  ],
  ['that can not be read', 'export const create = (', /cannot be loaded: /],
  ['that throws as it is loaded', "throw new Error('no such table')", /cannot be loaded: no such table/],
  [
    'whose create throws',
    "export const create = () => { throw new Error('from must be before to') }",
    /can't be made: from must be before to/,
  ],
]

for (const [what, source, said] of notGuards) {
  test(`[M17] a module ${what} doesn't load: file, line and reason are told`, async t => {
    const folder = await folderWith(t, { 'sallyport.yaml': yamlTo('http://127.0.0.1:1'), 'guard.js': source })
    const { status, err, out } = await sallyport(folder, ['check'])
    assert.equal(status, 1)
    assert.match(err + out, said)
    assert.match(err + out, /sallyport\.yaml:8:\d+ {2}apis\.shop\.authorize\.module/)
  })
}

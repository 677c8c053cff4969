import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CedarCondition } from './condition.ts'
import { anonymous, anyone, api, app, createToken, jwt, type KeyOf, type LimitOptions, serve } from './index.ts'
import { testing } from './testing/index.ts'

const clock = { now: () => Date.UTC(2026, 0, 15, 12), elapsed: () => 0 }

/** Calls of an operation that may be called twice a minute for each key. */
async function counted(t: { after(undo: () => unknown): void }, per: KeyOf) {
  const seen = { calls: 0, reasons: [] as string[] }
  const limited = api(
    'GET /items/{id}',
    { identify: anonymous, authorize: anyone, limit: { burst: { allow: '2/minute', per } } },
    () => {
      seen.calls += 1
      return undefined
    },
  )
  const served = await app({
    operations: [limited],
    clock,
    record: ({ refusal }) => seen.reasons.push(refusal?.reason ?? ''),
  })
  const { url, close } = await serve(served, { port: 0 })
  t.after(() => close(0))
  const statusesOf = async (paths: readonly string[], headers: Record<string, string> = {}) => {
    const statuses: number[] = []
    for (const path of paths) statuses.push((await fetch(url + path, { headers })).status)
    return statuses
  }
  return { seen, statusesOf }
}

const thrice = ['/items/1', '/items/1', '/items/1']

test('[F31] calls are counted apart by what a function of the request gives', async t => {
  const { seen, statusesOf } = await counted(t, request => request.headers.get('x-tenant') ?? 'none')
  for (const headers of [{ 'X-Tenant': 'a' }, { 'X-Tenant': 'b' }, {}])
    assert.deepEqual(await statusesOf(thrice, headers), [204, 204, 429])
  assert.equal(seen.calls, 6)
})

test('[F31] path, query, method and address can be the key too', async t => {
  const by: KeyOf = ({ method, path, params, query, ip }) => [method, path, params.id, query.get('q'), ip].join(' ')
  const { statusesOf } = await counted(t, by)
  assert.deepEqual(await statusesOf(thrice), [204, 204, 429])
  assert.deepEqual(await statusesOf(['/items/2', '/items/2', '/items/2?q=1']), [204, 204, 204])
})

test('[F31] where the function throws or gives no text the call is refused, and only the record says why', async t => {
  const given: Readonly<Record<string, unknown>> = {
    1: undefined,
    2: '',
    3: null,
    4: 7,
    5: Promise.resolve('a'),
    6: {},
  }
  const { seen, statusesOf } = await counted(t, ({ params }) => {
    if (params.id === '7') throw new Error('no tenants at the moment')
    return given[params.id ?? ''] as string
  })
  const paths = [1, 2, 3, 4, 5, 6, 7].map(id => `/items/${id}`)
  assert.deepEqual(await statusesOf(paths), [503, 503, 503, 503, 503, 503, 503])
  assert.equal(seen.calls, 0)
  assert.match(seen.reasons.at(-1) ?? '', /no tenants at the moment/)
})

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const identify = jwt({ secret, claims: { office: 'text' } })
const ordering = (limit: LimitOptions) =>
  api('POST /orders', { identify, authorize: anyone, limit: { orders: limit } }, () => undefined)
const regional: LimitOptions = { allow: '10/hour', per: 'user', when: 'principal.office == "regional"' }

test('[W14] in an application a regional office orders ten times an hour, and others as often as they like', async () => {
  const now = Date.UTC(2026, 0, 15, 12)
  const calls = await testing({ operations: [ordering(regional)] }, { now })
  const statuses = async (count: number, claims: object, at = now) => {
    const Authorization = `Bearer ${createToken({ sub: 'ann', ...claims }, { secret, now, expiresIn: '1d' })}`
    const caller = calls.at(at).with({ Authorization })
    const all: number[] = []
    for (let i = 0; i < count; i++) all.push((await caller.post('/orders')).status)
    return all
  }
  const ten = Array<number>(10).fill(204)
  assert.deepEqual(await statuses(11, { office: 'regional' }), [...ten, 429])
  assert.deepEqual(await statuses(11, { office: 'head' }), [...ten, 204])
  assert.deepEqual(await statuses(1, { office: 'regional' }, now + 3_600_000), [204])
  // Who says nothing of an office, or no text, may be of a regional one.
  assert.deepEqual(await statuses(11, { sub: 'ben' }), [...ten, 429])
  assert.deepEqual(await statuses(11, { sub: 'eve', office: ['head'] }), [...ten, 429])
})

test('a function may count apart what a condition lets count', async () => {
  const limit: LimitOptions = {
    ...{ allow: '1/hour', per: ({ query }) => query.get('shop') ?? 'none' },
    when: { cedar: 'context.time.hour >= 9', zone: 'Asia/Tokyo' },
  }
  const calls = await testing({ operations: [ordering(limit)] }, { now: '2026-01-15T00:00:00Z' })
  const statuses = async (at: string, shop: string) => {
    const caller = calls.as({ user: 'ann' }).at(at)
    return [(await caller.post(`/orders?shop=${shop}`)).status, (await caller.post(`/orders?shop=${shop}`)).status]
  }
  assert.deepEqual(await statuses('2026-01-15T00:00:00Z', 'a'), [204, 429])
  assert.deepEqual(await statuses('2026-01-15T00:00:00Z', 'b'), [204, 429])
  assert.deepEqual(await statuses('2026-01-15T23:59:00Z', 'c'), [204, 204])
})

test('an application with a condition that is none does not start', async () => {
  const start = (when: CedarCondition) => app({ operations: [ordering({ ...regional, when })] })
  await assert.rejects(
    start('principal.offise == "regional"'),
    /^TypeError: POST \/orders: limit\.orders\.when: line 1, column 1: .*`offise`/,
  )
  await assert.rejects(start('true; permit'), /^TypeError: POST \/orders: limit\.orders\.when: line 1, column 5: /)
  assert.throws(
    () => start({ cedar: 'true', zone: 'Mars/Base' }),
    /^TypeError: POST \/orders: limit\.orders\.when\.zone/,
  )
})

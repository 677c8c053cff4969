import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, anyone, api, app, type KeyOf, serve } from './index.ts'

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

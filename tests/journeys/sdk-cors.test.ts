import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  type AppOptions,
  anonymous,
  answer,
  any,
  anyone,
  api,
  apiKey,
  app,
  type Operation,
  type Protect,
  roles,
} from '@sallyport/sdk'
import { z } from 'zod'
import { startApplication } from '../harness/application.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { grantsIn, preflight, variesByOrigin } from '../harness/pages.ts'

const listed = 'https://hmart.com'
const cors: NonNullable<Protect['cors']> = {
  origins: [listed, 'https://abcstore.com'],
  methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
  headers: ['Content-Type', 'Authorization', 'X-Custom-Header'],
  credentials: true,
  expose: ['X-RateLimit-Limit', 'X-RateLimit-Remaining'],
  maxAge: '1h',
}

const open = { identify: anonymous, authorize: anyone } as const
const key = { id: 'one', key: 'a-key-of-many-letters-1' }
const orAnonymous = any(apiKey({ keys: [key] }), anonymous)
let ran = 0
const count = () => {
  ran += 1
  return undefined
}

const operations: readonly Operation[] = [
  api('GET /items', { identify: orAnonymous, authorize: anyone }, count),
  api('POST /items', { ...open, body: z.object({ name: z.string() }) }, count),
  api('GET /roles', { ...open, authorize: roles('nobody') }, count),
  api('GET /scarce', { ...open, limit: { once: { allow: '1/hour', per: 'ip' } } }, count),
  api('GET /broken', open, () => {
    throw new Error('broken')
  }),
  api('GET /conflict', open, () => answer(409)),
]

const start = (t: Lifetime, protect: Protect = { cors }, more: Partial<AppOptions> = {}) =>
  startApplication(t, { operations, protect, ...more })

const shared = await start({ after })
const get = (path: string, headers: Record<string, string> = {}) => shared.call(path, { headers })

test('[F17] an application names a listed origin, and tells one that is not listed nothing', async () => {
  for (const origin of [listed, 'https://abcstore.com']) {
    const response = await get('/items', { Origin: origin })
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('access-control-allow-origin'), origin)
    assert.equal(response.headers.get('vary'), 'Origin')
  }
  for (const origin of ['https://attacker.com', 'https://hmart.com.evil.com', 'http://hmart.com', 'null', '']) {
    const response = await get('/items', { Origin: origin })
    assert.deepEqual([response.status, grantsIn(response)], [204, {}], origin)
    assert.ok(variesByOrigin(response), origin)
  }
})

test('[F18] the preflight of an application lists the methods and headers that are written, and grants no other', async () => {
  const before = ran
  for (const [method, headers] of [
    ['POST', 'content-type'],
    ['PATCH', 'x-other'],
  ] as const) {
    const response = await preflight(shared, '/items', listed, method, headers)
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('access-control-allow-methods'), 'GET, POST, PUT, DELETE, OPTIONS')
    assert.equal(response.headers.get('access-control-allow-headers'), 'Content-Type, Authorization, X-Custom-Header')
  }
  assert.deepEqual(grantsIn(await preflight(shared, '/items', 'https://attacker.com')), {})
  assert.equal(ran, before)
})

test('[F19] an application grants credentials to the one origin that asks, never to *', async t => {
  for (const response of [await get('/items', { Origin: listed }), await preflight(shared, '/items', listed)]) {
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true')
    assert.equal(response.headers.get('access-control-allow-origin'), listed)
  }
  const { call } = await start(t, { cors: { origins: '*' } })
  const response = await call('/items', { headers: { Origin: 'https://anybody.example' } })
  assert.deepEqual(grantsIn(response), { 'access-control-allow-origin': '*' })
  await assert.rejects(app({ operations, protect: { cors: { origins: '*', credentials: true } } }), {
    name: 'TypeError',
    message: /^protect\.cors\.credentials: credentials go to origins that are listed/,
  })
})

test('[F20] an application exposes fields on the call, and its preflight says how long it holds', async () => {
  const call = grantsIn(await get('/items', { Origin: listed }))
  assert.equal(call['access-control-expose-headers'], 'X-RateLimit-Limit, X-RateLimit-Remaining')
  assert.equal(call['access-control-max-age'], undefined)
  const asked = grantsIn(await preflight(shared, '/items', listed))
  assert.equal(asked['access-control-max-age'], '3600')
  assert.equal(asked['access-control-expose-headers'], undefined)
})

test('[F21] a page can read the answers and refusals of every stage of an application', async t => {
  const { call } = await start(t)
  const seen = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => {
    const response = await call(path, { ...init, headers: { Origin: listed, ...init.headers } })
    assert.equal(response.headers.get('access-control-allow-origin'), listed, path)
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true', path)
    assert.ok(variesByOrigin(response), path)
    return response.status
  }
  assert.equal(await seen('/items'), 204)
  assert.equal(await seen('/items', { headers: { 'X-API-Key': 'b-key-of-many-letters-1' } }), 401)
  assert.equal(await seen('/roles'), 403)
  assert.equal(await seen('/nowhere'), 404)
  assert.equal(await seen('/items', { method: 'DELETE' }), 405)
  assert.equal(await seen('/conflict'), 409)
  assert.equal(
    await seen('/items', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }),
    400,
  )
  assert.equal(await seen('/items', { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } }), 415)
  assert.deepEqual([await seen('/scarce'), await seen('/scarce')], [204, 429])
  assert.equal(await seen('/broken'), 500)
})

test('a preflight needs no credential, takes nothing from a limit, and tells no path from another', async t => {
  const { call } = await start(
    t,
    { cors },
    {
      identify: apiKey({ keys: [key] }),
      operations: [api('GET /items', { authorize: anyone }, count)],
      limit: { calls: { allow: '1/hour', per: 'everyone' } },
    },
  )
  const told = async (path: string) => {
    const response = await preflight({ call }, path, listed)
    const fields = [...response.headers].filter(([name]) => !['sallyport-call-id', 'date'].includes(name))
    return JSON.stringify([response.status, fields, await response.text()])
  }
  const known = await told('/items')
  assert.match(known, /^\[204,/)
  for (const path of ['/nowhere', '/', '/a/b?c=d']) assert.equal(await told(path), known, path)
  const headers = { Origin: listed, 'X-API-Key': key.key }
  assert.equal((await call('/items', { headers })).status, 204)
})

test('OPTIONS is a method like others where there is no cors, and where it asks for no method', async t => {
  const options = api('OPTIONS /items', { ...open, response: z.literal('own') }, () => 'own' as const)
  for (const protect of [{}, { cors }]) {
    const { call } = await start(t, protect, { operations: [options] })
    assert.equal(await (await call('/items', { method: 'OPTIONS', headers: { Origin: listed } })).json(), 'own')
  }
  const { call } = await start(t, {}, { operations: [options] })
  const response = await preflight({ call }, '/items', listed)
  assert.deepEqual([response.status, grantsIn(response)], [200, {}])
})

test('a call that changes something and bears what a browser adds is refused to pages that are not listed', async t => {
  let changed = 0
  const sid = api('POST /sid', { ...open, inspect: { csrf: 'off' } }, () => {
    changed += 1
    return undefined
  })
  const { call } = await start(t, { cors }, { operations: [sid] })
  const from = async (origin: string) =>
    (await call('/sid', { method: 'POST', headers: { Origin: origin, Cookie: 'sid=1' } })).status
  assert.equal(await from('https://attacker.com'), 403)
  assert.equal(changed, 0)
  assert.equal(await from(listed), 204)
})

test('cors stands where all operations share it', async () => {
  const own = api('GET /items', { ...open, protect: { cors } }, count)
  await assert.rejects(app({ operations: [own] }), {
    name: 'TypeError',
    message: 'GET /items: protect.cors: stands in app({ protect }), for all operations alike',
  })
})

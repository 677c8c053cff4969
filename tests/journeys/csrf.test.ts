import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { type Open, openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const hour = 3_600_000
const changing = ['POST', 'PUT', 'DELETE', 'PATCH']

type Cookies = Readonly<Record<string, string>>

function cookieField(cookies: Cookies): Readonly<Record<string, string>> {
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`)
  return pairs.length === 0 ? {} : { Cookie: pairs.join('; ') }
}

/** A shop whose sessions a cookie names, and what its pages do. */
async function start(t: Lifetime, csrf = '{ session: sid }', more: Partial<Open> = {}) {
  const backend = await startBackend(t)
  const config = openYaml({
    to: backend.url,
    gateway: 'url: https://shop.example.com',
    api: [`inspect: { csrf: ${csrf} }`],
    forward: 'pass: [cookie]',
    ...more,
  })
  const gateway = await startGateway(t, config)
  const get = (cookies: Cookies = {}, method = 'GET') =>
    gateway.call('/shop/items', { method, headers: cookieField(cookies) })
  const send = (headers: Readonly<Record<string, string>>, cookies: Cookies = {}, method = 'POST') =>
    gateway.call('/shop/items', { method, headers: { ...headers, ...cookieField(cookies) } })
  /** The token that a session's page has. */
  const tokenOf = async (cookies: Cookies) => tokenIn(await get(cookies)) ?? assert.fail('no token came')
  const tried = () => backend.received.filter(({ method }) => changing.includes(method)).length
  return { backend, gateway, get, send, tokenOf, tried }
}

const tokenIn = ({ headers }: Response) => /^csrf_token=([^;]+)/.exec(headers.getSetCookie()[0] ?? '')?.[1]

test('[F22] a GET brings the cookie csrf_token, for the API and its scripts, over TLS and from its own pages alone', async t => {
  const { get } = await start(t)
  const response = await get({ sid: 'a' })
  assert.equal(response.status, 200)
  const [cookie = '', more] = response.headers.getSetCookie()
  assert.equal(more, undefined)
  const [pair, ...attributes] = cookie.split('; ')
  assert.match(pair ?? '', /^csrf_token=[\w.-]{60,}$/)
  assert.deepEqual(attributes, ['Path=/shop', 'Max-Age=3600', 'Secure', 'SameSite=Strict'])
  assert.match(response.headers.get('cache-control') ?? '', /private="Set-Cookie"/)
})

test('[F23] a call that changes something needs the token in its header, else the backend never sees it', async t => {
  const { send, tokenOf, tried } = await start(t)
  const token = await tokenOf({ sid: 'a' })
  const without = await send({}, { sid: 'a', csrf_token: token })
  assert.equal(without.status, 403)
  assert.equal((await problemOf(without)).code, 'csrf-token-missing')
  assert.equal((await send({})).status, 403)
  assert.equal(tried(), 0)
  assert.equal((await send({ 'X-CSRF-Token': token }, { sid: 'a', csrf_token: token })).status, 200)
  assert.equal(tried(), 1)
})

test('[F24] POST, PUT, DELETE and PATCH are protected; GET, HEAD and OPTIONS are free', async t => {
  const { get, send, tokenOf, tried } = await start(t)
  const token = await tokenOf({ sid: 'a' })
  for (const method of changing) {
    assert.equal((await send({}, { sid: 'a' }, method)).status, 403, method)
    assert.equal((await send({ 'X-CSRF-Token': token }, { sid: 'a', csrf_token: token }, method)).status, 200, method)
  }
  assert.equal(tried(), changing.length)
  for (const method of ['GET', 'HEAD', 'OPTIONS']) assert.equal((await get({ sid: 'a' }, method)).status, 200, method)
})

test("[F25] forged, changed and other sessions' tokens are refused, and those that differ from their cookie", async t => {
  const { send, tokenOf, tried } = await start(t)
  const mine = await tokenOf({ sid: 'a' })
  const other = await tokenOf({ sid: 'b' })
  const refused = async (header: string, cookies: Cookies, what: string) => {
    const response = await send({ 'X-CSRF-Token': header }, { sid: 'a', ...cookies })
    assert.equal(response.status, 403, what)
    assert.equal((await problemOf(response)).code, 'csrf-token-bad', what)
  }
  for (let i = 0; i < mine.length; i++) {
    const changed = mine.slice(0, i) + (mine[i] === '1' ? '2' : '1') + mine.slice(i + 1)
    await refused(changed, { csrf_token: changed }, `character ${i}`)
  }
  await refused('x', { csrf_token: 'x' }, 'forged')
  await refused(`${mine}A`, { csrf_token: `${mine}A` }, 'longer')
  await refused(other, { csrf_token: other }, "another session's")
  await refused(mine, { csrf_token: other }, 'another in the cookie')
  await refused(other, { csrf_token: mine }, 'another in the header')
  await refused(mine, {}, 'no cookie')
  await refused('', { csrf_token: '' }, 'nothing in both')
  await refused(mine, { sid: 'b', csrf_token: mine }, 'the session changed')
  assert.equal(tried(), 0)
})

test('[F25] a token ends after an hour; the page gets a new one when half of that is over or its session changes', async t => {
  const { gateway, get, send, tokenOf, tried } = await start(t)
  const token = await tokenOf({ sid: 'a' })
  const cookies = { sid: 'a', csrf_token: token }
  gateway.clock.advance(hour / 2 - 1000)
  assert.equal(tokenIn(await get(cookies)), undefined)
  assert.notEqual(tokenIn(await get({ sid: 'b', csrf_token: token })), undefined)
  gateway.clock.advance(1000)
  const renewed = tokenIn(await get(cookies)) ?? assert.fail('no new token')
  gateway.clock.advance(hour / 2 - 1)
  assert.equal((await send({ 'X-CSRF-Token': token }, cookies)).status, 200)
  gateway.clock.advance(1)
  assert.equal((await send({ 'X-CSRF-Token': token }, cookies)).status, 403)
  assert.equal((await send({ 'X-CSRF-Token': renewed }, { ...cookies, csrf_token: renewed })).status, 200)
  assert.equal(tried(), 2)
})

test('[F25] a session or token that stands twice is not taken for the one or the other', async t => {
  const { send, get, tokenOf } = await start(t)
  const token = await tokenOf({ sid: 'a' })
  const twice = { Cookie: `sid=a; sid=b; csrf_token=${token}`, 'X-CSRF-Token': token }
  assert.equal((await send(twice)).status, 403)
  assert.equal((await get({ sid: 'a; sid=b' })).headers.getSetCookie().length, 0)
  const cookies = { sid: 'a', csrf_token: `${token}; csrf_token=tossed` }
  assert.equal(
    (await send({ 'X-CSRF-Token': token }, cookies)).status,
    200,
    "another API's cookie stands in nobody's way",
  )
})

test('a page of another origin is refused by what its browser says, token or not', async t => {
  const { send, tokenOf, tried } = await start(t, '{ session: sid, origins: [https://admin.example.com] }')
  const token = await tokenOf({ sid: 'a' })
  const from = async (headers: Readonly<Record<string, string>>) =>
    (await send({ ...headers, 'X-CSRF-Token': token }, { sid: 'a', csrf_token: token })).status
  for (const Origin of [
    'https://evil.example',
    'null',
    'http://shop.example.com',
    'https://shop.example.com.evil.example',
  ])
    assert.equal(await from({ Origin }), 403, Origin)
  for (const site of ['cross-site', 'same-site', 'other'])
    assert.equal(await from({ 'Sec-Fetch-Site': site }), 403, site)
  assert.equal(await from({ Origin: 'https://shop.example.com', 'Sec-Fetch-Site': 'cross-site' }), 403)
  assert.equal(tried(), 0)
  assert.equal(await from({ Origin: 'https://shop.example.com', 'Sec-Fetch-Site': 'same-origin' }), 200)
  assert.equal(await from({ Origin: 'https://admin.example.com', 'Sec-Fetch-Site': 'same-site' }), 200)
  assert.equal(await from({ 'Sec-Fetch-Site': 'none' }), 200)
})

test('the backend gets neither the token nor its cookie', async t => {
  const { backend, send, tokenOf } = await start(t)
  const token = await tokenOf({ sid: 'a' })
  await send({ 'X-CSRF-Token': token }, { theme: 'dark', sid: 'a', csrf_token: token })
  const received = backend.received.at(-1)
  assert.deepEqual(valuesOf(received, 'x-csrf-token'), [])
  assert.deepEqual(valuesOf(received, 'cookie'), ['theme=dark; sid=a'])
})

test('tokens outlive a reload', async t => {
  const one = await start(t)
  const token = await one.tokenOf({ sid: 'a' })
  await one.gateway.change(
    'sallyport.yaml',
    openYaml({ to: one.backend.url, api: ['inspect: { csrf: { session: sid } }'] }),
  )
  assert.deepEqual(one.gateway.reloads.flat(), [])
  assert.equal((await one.send({ 'X-CSRF-Token': token }, { sid: 'a', csrf_token: token })).status, 200)
})

test('callers whom no browser speaks for can be left alone', async t => {
  const { send, tried } = await start(t, '{ session: sid, callers: ambient }')
  assert.equal((await send({ Authorization: 'Bearer x' })).status, 200)
  assert.equal((await send({ Authorization: 'Bearer x' }, { sid: 'a' })).status, 403)
  assert.equal((await send({ Authorization: 'basic x' })).status, 403)
  assert.equal(tried(), 1)
})

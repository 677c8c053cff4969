import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, anyone, api, type Inspect, type Operation } from '@sallyport/sdk'
import { startApplication } from '../harness/application.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { problemOf } from '../harness/problem.ts'

const hour = 3_600_000
const changing = ['POST', 'PUT', 'DELETE', 'PATCH'] as const

type Cookies = Readonly<Record<string, string>>

function cookieField(cookies: Cookies): Readonly<Record<string, string>> {
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`)
  return pairs.length === 0 ? {} : { Cookie: pairs.join('; ') }
}

const tokenIn = ({ headers }: Response) => /^csrf_token=([^;]+)/.exec(headers.getSetCookie()[0] ?? '')?.[1]

/** An application whose sessions a cookie names, what its pages do, and how often something was changed. */
async function start(t: Lifetime, csrf: NonNullable<Inspect['csrf']> = { session: 'sid' }) {
  let changed = 0
  const open = { identify: anonymous, authorize: anyone } as const
  const change = () => {
    changed += 1
    return undefined
  }
  const operations: readonly Operation[] = [
    api('GET /items', open, () => undefined),
    api('OPTIONS /items', open, () => undefined),
    ...changing.map(method => api(`${method} /items`, open, change)),
  ]
  const { call, clock } = await startApplication(t, { operations, inspect: { csrf } })
  const get = (cookies: Cookies = {}, method = 'GET') => call('/items', { method, headers: cookieField(cookies) })
  const send = (headers: Readonly<Record<string, string>>, cookies: Cookies = {}, method = 'POST') =>
    call('/items', { method, headers: { ...headers, ...cookieField(cookies) } })
  /** The token that a session's page has. */
  const tokenOf = async (cookies: Cookies) => tokenIn(await get(cookies)) ?? assert.fail('no token came')
  return { clock, get, send, tokenOf, changed: () => changed }
}

test('[F22] a GET of an application brings the cookie csrf_token, Secure and SameSite=Strict', async t => {
  const { get } = await start(t)
  const [cookie = '', more] = (await get({ sid: 'a' })).headers.getSetCookie()
  assert.equal(more, undefined)
  const [pair, ...attributes] = cookie.split('; ')
  assert.match(pair ?? '', /^csrf_token=[\w.-]{60,}$/)
  assert.deepEqual(attributes, ['Path=/', 'Max-Age=3600', 'Secure', 'SameSite=Strict'])
})

test('[F23] a call that changes something needs X-CSRF-Token, else its handler does not run', async t => {
  const { send, tokenOf, changed } = await start(t)
  const token = await tokenOf({ sid: 'a' })
  const without = await send({}, { sid: 'a', csrf_token: token })
  assert.deepEqual([without.status, (await problemOf(without)).code], [403, 'csrf-token-missing'])
  assert.equal((await send({})).status, 403)
  assert.equal(changed(), 0)
  assert.equal((await send({ 'X-CSRF-Token': token }, { sid: 'a', csrf_token: token })).status, 204)
  assert.equal(changed(), 1)
})

test('[F24] an application protects POST, PUT, DELETE and PATCH; GET, HEAD and OPTIONS are free', async t => {
  const { get, send, tokenOf, changed } = await start(t)
  const token = await tokenOf({ sid: 'a' })
  for (const method of changing) {
    assert.equal((await send({}, { sid: 'a' }, method)).status, 403, method)
    assert.equal((await send({ 'X-CSRF-Token': token }, { sid: 'a', csrf_token: token }, method)).status, 204, method)
  }
  assert.equal(changed(), changing.length)
  for (const method of ['GET', 'HEAD', 'OPTIONS']) assert.equal((await get({ sid: 'a' }, method)).status, 204, method)
})

test('[F25] an application refuses tokens that were forged, changed, for another session, or differ from their cookie', async t => {
  const { send, tokenOf, changed } = await start(t)
  const [mine, other] = [await tokenOf({ sid: 'a' }), await tokenOf({ sid: 'b' })]
  const refused = async (header: string, cookies: Cookies, what: string) => {
    const response = await send({ 'X-CSRF-Token': header }, { sid: 'a', ...cookies })
    assert.deepEqual([response.status, (await problemOf(response)).code], [403, 'csrf-token-bad'], what)
  }
  for (let i = 0; i < mine.length; i++) {
    const forged = mine.slice(0, i) + (mine[i] === '1' ? '2' : '1') + mine.slice(i + 1)
    await refused(forged, { csrf_token: forged }, `character ${i}`)
  }
  await refused('x', { csrf_token: 'x' }, 'forged')
  await refused('', { csrf_token: '' }, 'nothing in both')
  await refused(other, { csrf_token: other }, "another session's")
  await refused(mine, { csrf_token: other }, 'another in the cookie')
  await refused(other, { csrf_token: mine }, 'another in the header')
  await refused(mine, {}, 'no cookie')
  await refused(mine, { sid: 'b', csrf_token: mine }, 'the session changed')
  assert.equal(changed(), 0)
})

test('[F25] a token of another application, whose key is another one, is forged', async t => {
  const [one, other] = [await start(t), await start(t)]
  const token = await other.tokenOf({ sid: 'a' })
  assert.equal((await one.send({ 'X-CSRF-Token': token }, { sid: 'a', csrf_token: token })).status, 403)
  assert.equal((await other.send({ 'X-CSRF-Token': token }, { sid: 'a', csrf_token: token })).status, 204)
})

test('[F25] in an application a token ends after an hour, and its page gets a new one when half of that is over', async t => {
  const { clock, get, send, tokenOf, changed } = await start(t)
  const token = await tokenOf({ sid: 'a' })
  const cookies = { sid: 'a', csrf_token: token }
  clock.advance(hour / 2 - 1000)
  assert.equal(tokenIn(await get(cookies)), undefined)
  clock.advance(1000)
  const renewed = tokenIn(await get(cookies)) ?? assert.fail('no new token')
  clock.advance(hour / 2 - 1)
  assert.equal((await send({ 'X-CSRF-Token': token }, cookies)).status, 204)
  clock.advance(1)
  assert.equal((await send({ 'X-CSRF-Token': token }, cookies)).status, 403)
  assert.equal((await send({ 'X-CSRF-Token': renewed }, { ...cookies, csrf_token: renewed })).status, 204)
  assert.equal(changed(), 2)
})

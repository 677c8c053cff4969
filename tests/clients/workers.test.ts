import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { createToken } from '@sallyport/sdk'
import { z } from 'zod'
import { testIssuer } from '../harness/tokens.ts'
import { startWorker, withoutWorkerd } from './workerd.ts'

const skip = await withoutWorkerd()

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const key = 'sk-0123456789abcdefghij'
const now = () => Math.floor(Date.now() / 1000)
const issuers = {
  es256: await testIssuer('ES256'),
  rs256: await testIssuer('RS256'),
  fetched: await testIssuer('ES256'),
}

const published = createServer((_, response) => response.end(issuers.fetched.jwks)).listen(0, '127.0.0.1')
after(() => published.close())
await once(published, 'listening')
const address = published.address()
const env = {
  JWT_SECRET: secret,
  API_KEY: key,
  ES256: issuers.es256.pem,
  RS256: JSON.parse(issuers.rs256.jwks),
  JWKS_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`,
}
const url = skip ? '' : await startWorker({ after }, 'worker.mjs', env)

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const tokenOf = (sub: string, claims: object = { scope: 'order_item' }) =>
  bearer(createToken({ sub, ...claims }, { secret, expiresIn: '5m' }))
const answered = z.looseObject({ code: z.string().optional(), errors: z.record(z.string(), z.unknown()).optional() })
const bolts = { item: 'bolt', count: 2 }
const order = async (headers: Readonly<Record<string, string>>, body: object = bolts) => {
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...headers },
  })
  return { status: response.status, body: answered.parse(await response.json()) }
}

test('on Workers a token under a secret of the environment, and an API key, tell who calls', { skip }, async () => {
  assert.deepEqual(await order(tokenOf('ann')), { status: 201, body: { ...bolts, by: 'ann' } })
  assert.deepEqual(await order({ 'X-API-Key': key }), { status: 201, body: { ...bolts, by: 'shop' } })
})

test('on Workers nobody passes without a credential, with a bad one, with two, or without the scope', {
  skip,
}, async () => {
  const other = createToken({ sub: 'ann', scope: 'order_item' }, { secret: `${secret}x`, expiresIn: '5m' })
  for (const headers of [{}, bearer(other), { 'X-API-Key': `${key}x` }, { 'X-API-Key': `${key}, ${key}` }])
    assert.equal((await order(headers)).status, 401)
  const { status, body } = await order(tokenOf('bob', { scope: 'list_items' }))
  assert.deepEqual([status, body.code], [403, 'scope-missing'])
})

test('on Workers what does not fit is refused with its place', { skip }, async () => {
  const { status, body } = await order(tokenOf('carl'), { item: 'bolt', count: 0 })
  assert.deepEqual([status, Object.keys(body.errors ?? {})], [400, ['body.count']])
})

test('on Workers a limit counts in memory, each user alone', { skip }, async () => {
  const statuses = [await order(tokenOf('dora')), await order(tokenOf('dora')), await order(tokenOf('dora'))]
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [201, 201, 429],
  )
  assert.equal((await order(tokenOf('emil'))).status, 201)
})

test('on Workers tokens of issuers are good by their PEM, their key set, and the key set at their URL', {
  skip,
}, async () => {
  for (const [name, issuer] of Object.entries(issuers)) {
    const good = await issuer.token({ iat: now(), exp: now() + 300 })
    const calls = Array.from({ length: 3 }, () => fetch(`${url}/${name}`, { headers: bearer(good) }))
    for (const response of await Promise.all(calls))
      assert.deepEqual([response.status, await response.json()], [200, { by: 'alice' }])
    const late = await issuer.token({ iat: now() - 600, exp: now() - 300 })
    assert.equal((await fetch(`${url}/${name}`, { headers: bearer(late) })).status, 401)
    const forged = await (await testIssuer(name === 'rs256' ? 'RS256' : 'ES256')).token({
      iat: now(),
      exp: now() + 300,
    })
    assert.equal((await fetch(`${url}/${name}`, { headers: bearer(forged) })).status, 401)
  }
})

test('on Workers preflights are answered, and only listed pages may read', { skip }, async () => {
  const preflight = (Origin: string) =>
    fetch(`${url}/orders`, { method: 'OPTIONS', headers: { Origin, 'Access-Control-Request-Method': 'POST' } })
  const told = await preflight('https://shop.example.com')
  assert.deepEqual([told.status, told.headers.get('access-control-allow-origin')], [204, 'https://shop.example.com'])
  assert.equal((await preflight('https://evil.example.com')).headers.get('access-control-allow-origin'), null)
  const { headers } = await fetch(`${url}/from`, {
    headers: { Origin: 'https://shop.example.com', 'CF-Connecting-IP': '192.0.2.6' },
  })
  assert.equal(headers.get('access-control-allow-origin'), 'https://shop.example.com')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
})

test('on Workers callers are counted by the address that Cloudflare tells, and those of whom it tells none as one', {
  skip,
}, async () => {
  const from = (headers: Readonly<Record<string, string>>) => fetch(`${url}/from`, { headers })
  const seen = await from({ 'CF-Connecting-IP': '192.0.2.7' })
  assert.deepEqual([seen.status, await seen.json()], [200, { ip: '192.0.2.7' }])
  await from({ 'CF-Connecting-IP': '192.0.2.7' })
  assert.equal((await from({ 'CF-Connecting-IP': '192.0.2.7' })).status, 429)
  assert.equal((await from({ 'CF-Connecting-IP': '192.0.2.8' })).status, 200)
  const nowhere = [{}, { 'CF-Connecting-IP': 'nonsense' }, { 'CF-Connecting-IP': '192.0.2.9, 192.0.2.10' }]
  const statuses: number[] = []
  for (const headers of nowhere) statuses.push((await from(headers)).status)
  assert.deepEqual(statuses, [200, 200, 429])
})

test('a Worker whose secret is missing answers no call, and does not say why', { skip }, async t => {
  const without = await startWorker(t, 'worker.mjs', { ...env, JWT_SECRET: '' })
  for (const path of ['/from', '/orders']) {
    const response = await fetch(without + path)
    assert.equal(response.status, 500)
    assert.doesNotMatch(await response.text(), /JWT_SECRET/)
  }
})

test('what Workers can not do is refused where it is declared, by the name of the option', { skip }, async t => {
  const refused = await startWorker(t, 'refused.ts')
  assert.deepEqual(await (await fetch(refused)).json(), [
    'TypeError: basic: needs argon2, which this runtime does not have',
    'TypeError: passwords: needs argon2, which this runtime does not have',
    'TypeError: hashPassword: needs argon2, which this runtime does not have',
    ...[
      'inspect.body',
      'inspect.document',
      'inspect.xml',
      'inspect.xmlSignature',
      'protect.body',
      'protect.sign.xpath',
    ].map(option => `TypeError: ${option}: needs code that is generated, which Workers do not have`),
    ...['securityLog', 'data'].map(option => `TypeError: ${option}: needs files that last, which Workers do not have`),
    'TypeError: metrics: needs one process that answers all calls, which Workers do not have',
    'TypeError: counters: needs a connection that outlives a call, which Workers do not have',
    'TypeError: development: needs a terminal, which Workers do not have',
  ])
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { api, app, type MagicTokenOptions, magicToken, token } from '@sallyport/sdk'
import {
  audienceOf,
  bindMagicToken,
  describeMagicToken,
  type MagicOrder,
  mintMagicToken,
  narrowMagicToken,
  newMagicKeys,
  writeMagicKeys,
} from '@sallyport/tokens'
import { z } from 'zod'
import { FixedClock, noon } from '../harness/gateway.ts'
import { proofBy } from '../harness/proof.ts'

const gateway = 'https://api.example.com'
const origin = 'https://orders.example.com'
const keys = newMagicKeys()
const jwks = { keys: keys.signing.map(({ jwk }) => jwk) }
const secret = 'what-the-upstream-wants'

const order: MagicOrder = {
  issuer: gateway,
  audience: audienceOf('orders', origin),
  credential: { kind: 'header', name: 'Authorization', scheme: 'Bearer', value: secret },
  lifeSeconds: 3600,
  constraints: { permit: [{ method: 'GET', path: '/orders/{id}' }] },
  chain: false,
}
async function minted(others: Partial<MagicOrder> = {}, by = keys): Promise<string> {
  return (await mintMagicToken({ ...order, ...others }, by, { now: noon, random: randomBytes })).token
}

/** An application that takes magic tokens, and how often a handler ran. */
async function orders(options: Partial<MagicTokenOptions> = {}) {
  const clock = new FixedClock()
  const revoked = new Set<string>()
  let ran = 0
  const seen: (string | undefined)[] = []
  const identify = magicToken({
    ...{ gateway, jwks, api: 'orders', origin },
    isRevoked: id => revoked.has(id),
    ...options,
  })
  const operation = (route: 'GET /orders/{id}' | 'DELETE /orders/{id}') =>
    api(route, { authorize: token }, ({ caller }) => {
      ran += 1
      const credential = caller.grant?.credential
      seen.push(credential?.kind === 'header' ? credential.value.reveal() : undefined)
      return undefined
    })
  const add = api('POST /orders', { authorize: token, body: z.object({ item: z.string() }) }, () => {
    ran += 1
    return undefined
  })
  const { fetch, explain } = await app({
    operations: [operation('GET /orders/{id}'), operation('DELETE /orders/{id}'), add],
    identify,
    clock,
  })
  const call = async (text: string, path = '/orders/1', init: RequestInit = {}, peer = '192.0.2.1') => {
    const headers = { Authorization: `Bearer ${text}`, 'Content-Type': 'application/json' }
    return (await fetch(new Request(origin + path, { headers, ...init }), { peer })).status
  }
  return { call, explain, clock, revoked, seen, ran: () => ran }
}

test('a magic token of the gateway is good here, for this API alone, and what it carries stays sealed', async () => {
  const { call, seen } = await orders()
  assert.equal(await call(await minted()), 204)
  assert.deepEqual(seen, [undefined])
  const wrong: readonly Partial<MagicOrder>[] = [
    { audience: audienceOf('else', origin) },
    { audience: audienceOf('orders', 'https://else.example.com') },
    { issuer: 'https://else.example.com' },
  ]
  for (const others of wrong) assert.equal(await call(await minted(others)), 401, JSON.stringify(others))
  assert.equal(await call(await minted({}, newMagicKeys())), 401)
  assert.equal(seen.length, 1)
})

test('what a token carries is opened only with the key file that the gateway keeps', async () => {
  const { call, seen } = await orders({ keys: writeMagicKeys(keys) })
  assert.equal(await call(await minted()), 204)
  assert.deepEqual(seen, [secret])
})

test('each stage asks a token what it permits: path, method, body, rate, address', async () => {
  const { call, ran } = await orders()
  const reading = await minted({
    constraints: { permit: [{ method: 'GET', path: '/orders/{id}' }], ip: ['192.0.2.0/24'], rate: ['2/minute'] },
  })
  assert.equal(await call(reading, '/orders/1', {}, '203.0.113.1'), 403)
  assert.equal(await call(reading, '/orders/1', { method: 'DELETE' }), 403)
  assert.deepEqual([await call(reading), await call(reading), await call(reading)], [204, 204, 429])
  assert.equal(ran(), 2)
})

test('what a token wants of the body holds before the handler runs', async () => {
  const { call, ran } = await orders()
  const bolts = await minted({
    constraints: {
      permit: [
        { method: 'POST', path: '/orders', body: { properties: { item: { const: 'bolt' } }, required: ['item'] } },
      ],
    },
  })
  const post = (item: string) => call(bolts, '/orders', { method: 'POST', body: JSON.stringify({ item }) })
  assert.deepEqual([await post('nut'), await post('bolt')], [403, 204])
  assert.equal(ran(), 1)
})

test('a token is good no longer than it says, and not once it, or what it was narrowed from, is revoked', async () => {
  const { call, clock, revoked } = await orders()
  const chain = await minted({ chain: true })
  const text = narrowMagicToken(chain, {
    constraints: { permit: [{ method: 'GET', path: '/orders/1' }] },
    seal: false,
  })
  assert.equal(await call(text), 204)
  assert.equal(await call(text, '/orders/2'), 403)
  revoked.add(String(describeMagicToken(chain).parts[0]?.claims.jti))
  assert.deepEqual([await call(chain), await call(text)], [401, 401])
  const other = await minted()
  clock.advance(3_600_000)
  assert.equal(await call(other), 401)
})

test('a proof is good once, and a call that is only imagined uses none up', async () => {
  const { call, explain } = await orders()
  const { token: bound, key } = bindMagicToken(await minted({ chain: true }), { constraints: {} })
  const headers = {
    Authorization: `DPoP ${bound}`,
    DPoP: await proofBy(key, { url: `${origin}/orders/1`, token: bound }),
    Host: new URL(origin).host,
  }
  const at = new Date(noon).toISOString()
  const imagined = () => explain({ method: 'GET', path: '/orders/1', at, headers })
  for (let i = 0; i < 2; i++) assert.equal((await imagined()).outcome, 'answered')
  const made = () => call(bound, '/orders/1', { headers })
  assert.deepEqual([await made(), await made()], [204, 401])
})

test('where it cannot be known what is revoked nobody passes', async () => {
  const { call, ran } = await orders({
    isRevoked() {
      throw new Error('the list is gone')
    },
  })
  assert.equal(await call(await minted()), 500)
  assert.equal(ran(), 0)
})

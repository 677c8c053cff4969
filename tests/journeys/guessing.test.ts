import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { basicOf, keysFile, newKey, usersFile } from '../harness/keys.ts'
import { problemOf } from '../harness/problem.ts'
import { testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const key = newKey()
const users = await usersFile({ alice: 'right', bob: 'right' })
const files = { 'jwks.json': issuer.jwks, 'keys.yaml': keysFile({ key }), 'users.yaml': users }

async function gatewayWith(t: TestContext, guessing: string) {
  const backend = await startBackend(t)
  const yaml = guardedYaml({
    to: backend.url,
    gateway: `trustedProxies: [127.0.0.1], guessing: ${guessing}`,
    issuers: `{ staff: ${staffIssuer()} }`,
    sets: 'apiKeys: ./keys.yaml\nusers: ./users.yaml',
    identify: '{ any: [{ jwt: staff }, { apiKey: {} }, { basic: {} }] }',
  })
  const gateway = await startGateway(t, yaml, { files })
  const answer = (ip: string, headers: Record<string, string>) =>
    gateway.call('/warehouse/items', { headers: { 'X-Forwarded-For': ip, ...headers } })
  const status = async (ip: string, headers: Record<string, string>) => (await answer(ip, headers)).status
  return { gateway, backend, answer, status }
}

const goodKey = { 'X-API-Key': key.key }
const badKey = () => ({ 'X-API-Key': newKey().key })
const right = (name: string) => basicOf(name, 'right')
const wrong = (name: string) => basicOf(name, 'wrong')

test('after so many bad credentials an address is refused before any is looked at, and let in again later', async t => {
  const { gateway, answer, status } = await gatewayWith(t, '{ perIp: 3/minute }')
  const ip = '203.0.113.1'
  const token = { Authorization: `Bearer ${await issuer.token({ aud: 'elsewhere' })}` }
  assert.deepEqual(
    [await status(ip, badKey()), await status(ip, token), await status(ip, wrong('alice'))],
    [401, 401, 401],
  )
  const refused = await answer(ip, goodKey)
  assert.deepEqual([refused.status, (await problemOf(refused)).code], [429, 'attempts-exceeded'])
  assert.equal(refused.headers.get('retry-after'), '60')
  assert.equal(await status('203.0.113.2', goodKey), 200, 'another address is not held to account')
  gateway.clock.advance(60_000)
  assert.equal(await status(ip, goodKey), 200)
})

test('only bad credentials count: no credential, an expired one and a good one cost nothing', async t => {
  const { status } = await gatewayWith(t, '{ perIp: 1/minute }')
  const ip = '203.0.113.1'
  const expired = { Authorization: `Bearer ${await issuer.token({ exp: 1 })}` }
  for (const headers of [{}, expired, goodKey, {}, expired, goodKey]) {
    assert.notEqual(await status(ip, headers), 429)
  }
})

test('an IPv6 caller is counted by the /64 that they command', async t => {
  const { status } = await gatewayWith(t, '{ perIp: 2/minute }')
  assert.equal(await status('2001:db8:0:1::1', badKey()), 401)
  assert.equal(await status('2001:DB8:0:1:ffff::2', badKey()), 401)
  assert.equal(await status('2001:db8:0:1:abcd:ef01:2345:6789', goodKey), 429)
  assert.equal(await status('2001:db8:0:2::1', goodKey), 200)
})

test('an account is guarded whatever addresses the guesses come from, also one that nobody has', async t => {
  const { gateway, status } = await gatewayWith(t, '{ perAccount: 2/minute }')
  for (const name of ['alice', 'ghost']) {
    assert.equal(await status('203.0.113.1', wrong(name)), 401)
    assert.equal(await status('203.0.113.2', wrong(name)), 401)
    assert.equal(await status('203.0.113.3', right(name)), 429, 'not even the right password is tried')
  }
  assert.equal(await status('203.0.113.3', right('bob')), 200)
  gateway.clock.advance(60_000)
  assert.equal(await status('203.0.113.3', right('alice')), 200)
})

test('refusals for guessing tell nobody whether an account exists, how many guesses are borne, or of whom', async t => {
  const { answer } = await gatewayWith(t, '{ perAccount: 1/minute }')
  const words = async (name: string) => {
    await answer('203.0.113.1', wrong(name))
    const { callId, ...rest } = await problemOf(await answer('203.0.113.1', wrong(name)))
    assert.equal(typeof callId, 'string')
    return rest
  }
  assert.deepEqual(await words('alice'), await words('ghost'))
})

test('guesses that come all at once are no more than guesses one by one', async t => {
  const { status } = await gatewayWith(t, '{ perAccount: 2/minute }')
  const guesses = Array.from({ length: 10 }, (_, i) => status(`203.0.113.${i}`, wrong('alice')))
  const statuses = (await Promise.all(guesses)).sort()
  assert.deepEqual(statuses, [401, 401, ...Array<number>(8).fill(429)])
})

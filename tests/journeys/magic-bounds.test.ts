import assert from 'node:assert/strict'
import test from 'node:test'
import { narrowed, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'

const status = async (call: Promise<Response>) => (await call).status
const user = { allowed: ['GET /user'] }

test('a rate counts for the token, whatever the route has, and is free again after its window', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint({ ...user, rate: ['2/minute', '3/hour'] })
  const other = await gateway.mint({ ...user, rate: ['2/minute'] })
  const get = (one: string) => gateway.as(one, '/github/user')
  assert.equal(await status(get(token)), 200)
  assert.equal(await status(get(token)), 200)
  const refused = await get(token)
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '60')
  const { code, stage, limit } = await problemOf(refused)
  assert.deepEqual({ code, stage, limit }, { code: 'limit-exceeded', stage: 'limit', limit: 'token' })
  assert.equal(await status(get(other)), 200)
  gateway.clock.advance(60_000)
  assert.equal(await status(get(token)), 200)
  assert.equal(await status(get(token)), 429)
})

test('a rate counts at its own part for all that was made of it: narrowing multiplies nothing', async t => {
  const gateway = await startMagic(t)
  const wide = await gateway.mint({ ...user, rate: ['3/minute'], chain: true })
  const tokens = Array.from({ length: 3 }, () => narrowed(wide, { rate: ['1/minute'] }, true))
  const [first = ''] = tokens
  assert.equal(await status(gateway.as(first, '/github/user')), 200)
  assert.equal(await status(gateway.as(first, '/github/user')), 429)
  assert.equal(await status(gateway.as(tokens[1] ?? '', '/github/user')), 200)
  assert.equal(await status(gateway.as(wide, '/github/user')), 200)
  assert.equal(await status(gateway.as(tokens[2] ?? '', '/github/user')), 429)
  assert.equal(await status(gateway.as(wide, '/github/user')), 429)
})

test('the limits of the route and of the token are taken together: a refused call uses up neither', async t => {
  const gateway = await startMagic(t, { api: ['limit: { all: { allow: 2/minute, per: application } }'] })
  const wide = await gateway.mint({ ...user, rate: ['5/minute'], chain: true })
  const slow = narrowed(wide, { rate: ['1/minute'] })
  assert.equal(await status(gateway.as(slow, '/github/user')), 200)
  assert.equal(await status(gateway.as(slow, '/github/user')), 429)
  const last = await gateway.as(wide, '/github/user')
  assert.equal(last.status, 200, 'a narrowed token is the same caller, and its refused call took nothing')
  assert.match(last.headers.get('ratelimit') ?? '', /"all";r=0/)
  assert.equal(await status(gateway.as(wide, '/github/user')), 429)
})

test('addresses and times hold for the whole part, as those of keys do', async t => {
  const gateway = await startMagic(t)
  const refusedHere = async (order: object) => {
    const response = await gateway.as(await gateway.mint({ ...user, ...order }), '/github/user')
    return response.status === 200 ? 'good' : (await problemOf(response)).code
  }
  assert.equal(await refusedHere({ ip: ['127.0.0.0/8'] }), 'good')
  assert.equal(await refusedHere({ ip: ['192.0.2.0/24', '2001:db8::/32'] }), 'credential-refused-here')
  // The clock of these tests stands at noon UTC on a Thursday.
  assert.equal(await refusedHere({ time: { zone: 'UTC', days: ['thu'], from: '12:00', to: '12:01' } }), 'good')
  assert.equal(
    await refusedHere({ time: { zone: 'Europe/Berlin', from: '09:00', to: '13:00' } }),
    'credential-refused-here',
  )
  assert.equal(await refusedHere({ time: { zone: 'UTC', days: ['fri'] } }), 'credential-refused-here')
  const wide = await gateway.mint({ ...user, chain: true })
  const narrow = narrowed(wide, { ip: ['192.0.2.7'] }, true)
  assert.equal(await status(gateway.as(narrow, '/github/user')), 403)
  assert.equal(gateway.backend.received.length, 2)
})

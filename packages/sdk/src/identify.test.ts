import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone, api, apiKey, app, basic, createToken, hashPassword, jwt, type MethodRule } from './index.ts'

const now = Date.UTC(2026, 0, 15, 12)
const clock = { now: () => now, elapsed: () => 0 }
const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'

/** Two operations, each with its own way to tell callers. */
async function twoOf(one: MethodRule, other: MethodRule) {
  const operations = [
    api('GET /one', { identify: one, authorize: anyone }, () => undefined),
    api('GET /other', { identify: other, authorize: anyone }, () => undefined),
  ]
  const { fetch } = await app({ operations, clock })
  return async (headers: Record<string, string>) => {
    const statuses = []
    for (const path of ['/one', '/other'])
      statuses.push((await fetch(new Request(`http://localhost${path}`, { headers }))).status)
    return statuses
  }
}

test('a key that is declared for one operation is good for no other', async () => {
  const [first, second] = ['a-key-of-many-letters-1', 'a-key-of-many-letters-2'] as const
  const ask = await twoOf(apiKey({ keys: [{ id: 'a', key: first }] }), apiKey({ keys: [{ id: 'b', key: second }] }))
  assert.deepEqual(await ask({ 'X-API-Key': first }), [204, 401])
  assert.deepEqual(await ask({ 'X-API-Key': second }), [401, 204])
})

test('a name and password that are declared for one operation are good for no other', async () => {
  const users = async (password: string) => basic({ users: [{ name: 'ann', password: await hashPassword(password) }] })
  const ask = await twoOf(await users('first password'), await users('second password'))
  const pair = (password: string) => ({ Authorization: `Basic ${Buffer.from(`ann:${password}`).toString('base64')}` })
  assert.deepEqual(await ask(pair('first password')), [204, 401])
  assert.deepEqual(await ask(pair('second password')), [401, 204])
})

test('two ways to read tokens under one secret keep their own rules apart', async () => {
  const revoked = new Set<string>()
  const ask = await twoOf(
    jwt({ secret, audience: 'a', revoked }),
    jwt({ secret, audience: 'b', revoked: new Set<string>() }),
  )
  const bearer = (claims: object) => ({ Authorization: `Bearer ${createToken({ ...claims }, { secret, now })}` })
  assert.deepEqual(await ask(bearer({ aud: 'a' })), [204, 401])
  assert.deepEqual(await ask(bearer({ aud: 'b' })), [401, 204])
  revoked.add('t1')
  assert.deepEqual(await ask(bearer({ aud: ['a', 'b'], jti: 't1' })), [401, 204])
})

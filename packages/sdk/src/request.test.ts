import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { anonymous, anyone, api, apiKey, app, basic, hashPassword, jwt } from './index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const key = 'a-key-of-many-letters-1'

test('fields that a web request joined are seen as several where only one may be', async () => {
  let reached = 0
  const work = () => {
    reached += 1
    return undefined
  }
  const password = await hashPassword('correct horse battery')
  const operations = [
    api('GET /key', { identify: apiKey({ keys: [{ id: 'k', key }], header: 'X-Own' }), authorize: anyone }, work),
    api('GET /token', { identify: jwt({ secret }), authorize: anyone }, work),
    api(
      'GET /basic',
      { identify: basic({ users: [{ name: 'ann', password }] }), authorize: anyone, inspect: { csrf: 'off' } },
      work,
    ),
    api('GET /open', { identify: anonymous, authorize: anyone }, work),
  ]
  const { fetch } = await app({ operations })
  const statusOf = async (path: string, ...fields: [string, string][]) => {
    const headers = new Headers()
    for (const [name, value] of fields) headers.append(name, value)
    return (await fetch(new Request(`http://localhost${path}`, { headers }))).status
  }
  const good = `Basic ${Buffer.from('ann:correct horse battery').toString('base64')}`
  assert.equal(await statusOf('/key', ['X-Own', key]), 204)
  assert.equal(await statusOf('/basic', ['Authorization', good]), 204)
  assert.equal(await statusOf('/open', ['X-Own', 'a, b']), 204)
  reached = 0
  for (const more of [key, 'x', '']) assert.equal(await statusOf('/key', ['X-Own', key], ['X-Own', more]), 401)
  assert.equal(await statusOf('/key', ['X-Own', `${key},`]), 401)
  for (const more of [good, 'Basic x', 'Bearer a.b.c'])
    assert.equal(await statusOf('/basic', ['Authorization', good], ['Authorization', more]), 401)
  assert.equal(await statusOf('/token', ['Authorization', 'Bearer a'], ['Authorization', 'Bearer b']), 401)
  assert.equal(await statusOf('/open', ['Host', 'a.example'], ['Host', 'b.example']), 400)
  assert.equal(reached, 0)
})

test('a key that has a comma, and so could not be told from two, fails where it is declared', () => {
  assert.throws(() => apiKey({ keys: [{ id: 'k', key: `${key},${key}` }] }), /key k has a comma/)
})

test('where nothing says where calls come from, what counts by address fails where it is declared', async () => {
  const rules = { identify: anonymous, authorize: anyone } as const
  const counted = api('GET /', { ...rules, limit: { burst: { allow: '1/minute', per: 'ip' } } }, () => undefined)
  const open = api('GET /', rules, () => undefined)
  await assert.rejects(() => app({ operations: [counted], addresses: 'unknown' }), /limit\.burst\.per: ip/)
  const limit = { all: { allow: '1/minute', per: 'ip' } } as const
  await assert.rejects(() => app({ operations: [open], addresses: 'unknown', limit }), /limit\.all\.per: ip/)
  await app({ operations: [open], addresses: 'unknown', limit: { all: { allow: '1/minute', per: 'everyone' } } })
})

test('a body that was read before refuses the call', async () => {
  const open = { identify: anonymous, authorize: anyone, inspect: { csrf: 'off' } } as const
  const add = api('POST /', { ...open, body: z.object({}).optional() }, () => undefined)
  const { fetch } = await app({ operations: [add] })
  const headers = { 'Content-Type': 'application/json' }
  const request = new Request('http://localhost/', { method: 'POST', body: '{}', headers })
  assert.equal((await fetch(request.clone())).status, 204)
  await request.text()
  assert.ok((await fetch(request)).status >= 400)
})

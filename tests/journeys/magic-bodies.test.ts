import assert from 'node:assert/strict'
import test from 'node:test'
import { startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'

const chat = {
  method: 'POST',
  path: '/v1/chat/completions',
  body: {
    type: 'object',
    required: ['model', 'max_tokens'],
    properties: { model: { enum: ['small', 'medium'] }, max_tokens: { type: 'integer', minimum: 1, maximum: 1000 } },
  },
}
const path = '/github/v1/chat/completions'
const json = { 'Content-Type': 'application/json' }

const cases: readonly (readonly [what: string, init: RequestInit, status: number, code?: string])[] = [
  ['a body as it must be', { headers: json, body: '{"model":"small","max_tokens":10,"x":[1]}' }, 200],
  ['another model', { headers: json, body: '{"model":"large","max_tokens":10}' }, 403, 'not-permitted'],
  ['too much', { headers: json, body: '{"model":"small","max_tokens":1001}' }, 403, 'not-permitted'],
  ['a member missing', { headers: json, body: '{"model":"small"}' }, 403, 'not-permitted'],
  ['no object', { headers: json, body: '["small",10]' }, 403, 'not-permitted'],
  [
    'a number beyond doubles',
    { headers: json, body: '{"model":"small","max_tokens":9007199254740993}' },
    403,
    'not-permitted',
  ],
  [
    'a member twice',
    { headers: json, body: '{"model":"small","max_tokens":10,"max_tokens":9}' },
    400,
    'body-malformed',
  ],
  ['no JSON', { headers: json, body: 'model=small' }, 400, 'body-malformed'],
  [
    'another type',
    { headers: { 'Content-Type': 'text/plain' }, body: '{"model":"small","max_tokens":10}' },
    415,
    'media-unsupported',
  ],
  [
    'another charset',
    { headers: { 'Content-Type': 'application/json; charset=utf-7' }, body: '{}' },
    415,
    'media-unsupported',
  ],
  [
    'a coding that nobody knows',
    { headers: { ...json, 'Content-Encoding': 'x-own' }, body: 'x' },
    415,
    'media-unsupported',
  ],
  ['no body', {}, 403, 'not-permitted'],
]

for (const [what, init, status, code] of cases) {
  test(`a condition on the body: ${what} is ${status}, on a route that looks at no bodies`, async t => {
    const gateway = await startMagic(t)
    const token = await gateway.mint({ permit: [chat] })
    const response = await gateway.as(token, path, { method: 'POST', ...init })
    assert.equal(response.status, status)
    assert.equal(gateway.backend.received.length, status === 200 ? 1 : 0)
    if (code === undefined) return assert.equal(gateway.backend.received[0]?.body.toString(), init.body)
    const { code: said, stage } = await problemOf(response)
    assert.deepEqual([said, stage], [code, 'inspect'])
  })
}

test('a permit without condition on the body leaves it alone, and one of several conditions is enough', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint({
    permit: [chat, { ...chat, body: { required: ['free'] } }, { method: 'PUT', path: '/v1/{any}' }],
  })
  const send = async (method: string, to: string, body: string) =>
    (await gateway.as(token, to, { method, headers: json, body })).status
  assert.equal(await send('POST', path, '{"free":true,"model":"large"}'), 200)
  assert.equal(await send('POST', path, '{"model":"large"}'), 403)
  assert.equal(await send('PUT', '/github/v1/x', 'anything'), 200)
})

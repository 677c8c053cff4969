import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { basicOf } from '../harness/keys.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { openYaml } from '../harness/open.ts'
import { grantsIn, preflight } from '../harness/pages.ts'
import { problemOf } from '../harness/problem.ts'

const cors = 'protect: { cors: { origins: [https://hmart.com, https://abcstore.com], credentials: true } }'

async function start(t: Lifetime, gateway = 'url: https://api.example.com', protect = cors) {
  const backend = await startBackend(t)
  const started = await startGateway(t, openYaml({ to: backend.url, gateway, api: [protect] }))
  const call = (method: string, headers: Readonly<Record<string, string>>) =>
    started.call('/shop/orders', { method, headers: { ...headers } })
  return { backend, gateway: started, call }
}

const strangers = [
  'https://attacker.com',
  'https://hmart.com.evil.com',
  'https://evilhmart.com',
  'http://hmart.com',
  'null',
  '',
]
const ambient = [{ Cookie: 'session=1' }, basicOf('user', 'password'), { Authorization: 'Negotiate abc' }]

test('[W16] no page but those of the listed origins finds itself allowed', async t => {
  const { gateway, call } = await start(t)
  for (const origin of strangers) {
    assert.deepEqual(grantsIn(await call('GET', { Origin: origin })), {}, origin)
    assert.deepEqual(grantsIn(await preflight(gateway, '/shop/orders', origin)), {}, origin)
  }
  for (const origin of ['https://hmart.com', 'https://abcstore.com'])
    assert.equal(grantsIn(await call('GET', { Origin: origin }))['access-control-allow-origin'], origin)
})

test('[W16] a call that changes something, with what a browser adds by itself, from an unlisted origin is 403 and goes no further', async t => {
  const { backend, call } = await start(t)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const origin of strangers) {
      for (const credential of ambient) {
        const response = await call(method, { Origin: origin, ...credential })
        assert.equal(response.status, 403, `${method} ${origin}`)
        const { code, stage } = await problemOf(response)
        assert.deepEqual([code, stage], ['origin-not-allowed', 'inspect'])
        assert.deepEqual(grantsIn(response), {})
      }
    }
  }
  assert.equal(backend.received.length, 0)
})

test('[W16] listed origins, pages of the gateway itself, programs without an origin, and calls that change nothing go on', async t => {
  const { backend, gateway, call } = await start(t)
  const cookie = { Cookie: 'session=1' }
  const good = [
    call('POST', { Origin: 'https://hmart.com', ...cookie }),
    call('POST', { Origin: 'https://api.example.com', ...cookie }),
    call('POST', { Origin: gateway.url, ...cookie }),
    call('POST', cookie),
    call('GET', { Origin: 'https://attacker.com', ...cookie }),
    call('POST', { Origin: 'https://attacker.com', Authorization: 'Bearer x' }),
  ]
  for (const response of await Promise.all(good)) assert.equal(response.status, 200)
  assert.equal(backend.received.length, good.length)
})

test('[W16] where every page may read, none may change something with what a browser adds', async t => {
  const { backend, call } = await start(t, 'url: https://api.example.com', 'protect: { cors: { origins: "*" } }')
  assert.equal((await call('POST', { Origin: 'https://anybody.example' })).status, 200)
  assert.equal((await call('POST', { Origin: 'https://anybody.example', Cookie: 'session=1' })).status, 403)
  assert.equal(backend.received.length, 1)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { anyone, api, app, createToken, jwt, listener } from '@sallyport/sdk'
import { browse, noChromium } from '../harness/chromium.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'

test('in a browser the page asks for new calls by itself, and nothing that callers sent runs', {
  skip: noChromium,
}, async t => {
  const stock = api('GET /stock', { identify: jwt({ secret }), authorize: anyone }, () => undefined)
  const output = { write: () => true }
  const shop = await app({ operations: [stock], development: { environment: {}, output } })
  const asked: string[] = []
  const twice = Promise.withResolvers<void>()
  const answer = listener(shop)
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (asked.filter(path => path === '/_development/calls').length === 2) twice.resolve()
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const sub = `<script>fetch('/owned')</script><img src="/owned" onerror="fetch('/owned')">`
  const headers = { Authorization: `Bearer ${createToken({ sub }, { secret, expiresIn: '1h' })}` }
  assert.equal((await fetch(`${url}/stock`, { headers })).status, 204)
  await browse(t, `${url}/_development`)
  await twice.promise
  assert.deepEqual(
    [...new Set(asked)].filter(path => !/^\/(?:_development|favicon)/.test(path)),
    ['/stock'],
  )
  for (const part of ['', '/script.js', '/style.css']) assert.ok(asked.includes(`/_development${part}`), part)
})

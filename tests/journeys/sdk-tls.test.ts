import assert from 'node:assert/strict'
import { get } from 'node:https'
import { test } from 'node:test'
import { anonymous, anyone, api, app, serve } from '@sallyport/sdk'
import { certificateFor } from '../harness/certificate.ts'

const ping = api('GET /ping', { identify: anonymous, authorize: anyone }, () => undefined)

test('[F43] an application serves TLS with its key and certificate, no plain HTTP there, and without the key it does not start', async t => {
  const tls = await certificateFor('IP:127.0.0.1')
  const serving = await serve(await app({ operations: [ping] }), { port: 0, tls })
  t.after(() => serving.close(0))
  assert.match(serving.url, /^https:/)
  const status = await new Promise((resolve, reject) => {
    get(`${serving.url}/ping`, { ca: tls.cert }, response => resolve(response.resume().statusCode)).on('error', reject)
  })
  assert.equal(status, 204)
  await assert.rejects(fetch(`${serving.url.replace('https', 'http')}/ping`))
  const { key: otherKey } = await certificateFor('IP:127.0.0.1')
  await assert.rejects(async () =>
    serve(await app({ operations: [ping] }), { port: 0, tls: { ...tls, key: otherKey } }),
  )
  await assert.rejects(async () => serve(await app({ operations: [ping] }), { port: 0, tls: { ...tls, key: '' } }))
})

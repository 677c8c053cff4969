import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

test('an API whose clients expect plain JSON with a message gets its refusals so, with the same members', async t => {
  const backend = await startBackend(t)
  const yaml = openYaml({ to: backend.url, api: ['errors: { as: json, message: true }', 'admit: { maxBody: 1KiB }'] })
  const gateway = await startGateway(t, yaml)
  const refused = await gateway.call('/shop/items', { method: 'POST', body: 'x'.repeat(2000) })
  assert.equal(refused.status, 413)
  assert.equal(refused.headers.get('content-type'), 'application/json')
  const document = await problemOf(refused)
  assert.equal(document.message, 'at most 1024 bytes')
  assert.equal(document.code, 'body-too-large')
  assert.equal(document.callId, refused.headers.get('sallyport-call-id'))
})

test('clients that read a member `error` get it as a text or as an object, as the API says', async t => {
  const backend = await startBackend(t)
  const title = 'Calls from this address are not accepted'
  const forms = [
    ['text', title],
    ['object', { message: title, type: 'address-refused', code: 'address-refused' }],
  ] as const
  for (const [form, expected] of forms) {
    const api = [`errors: { as: json, error: ${form} }`, 'admit: { ip: { deny: [127.0.0.1] } }']
    const gateway = await startGateway(t, openYaml({ to: backend.url, api }))
    const { error, message } = await problemOf(await gateway.call('/shop/items'))
    assert.deepEqual([error, message], [expected, undefined])
  }
})

test('without a detail the message is the title; without the wish there is none', async t => {
  const backend = await startBackend(t)
  await t.test('wished for', async t => {
    const api = ['errors: { as: json, message: true }', 'admit: { ip: { deny: [127.0.0.1] } }']
    const gateway = await startGateway(t, openYaml({ to: backend.url, api }))
    assert.equal(
      (await problemOf(await gateway.call('/shop/items'))).message,
      'Calls from this address are not accepted',
    )
  })
  await t.test('not wished for', async t => {
    const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['admit: { ip: { deny: [127.0.0.1] } }'] }))
    const refused = await gateway.call('/shop/items')
    assert.equal(refused.headers.get('content-type'), 'application/problem+json')
    assert.equal((await problemOf(refused)).message, undefined)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'

const operations = [
  'operations:',
  '  GET /by-header: [{ select: { header: { X-Version: "2" } } }, {}]',
  '  GET /by-query: [{ select: { query: { v: "2" } } }, {}]',
  '  POST /rpc:',
  '    - { select: { json: { /method: tools/call, /params/name: delete } } }',
  '    - { select: { json: { /method: tools/call } } }',
]

/** The operation that the gateway chose for a call. */
async function chosen(gateway: TestGateway, path: string, init: RequestInit = {}): Promise<string> {
  const response = await gateway.call(path, init)
  await response.arrayBuffer()
  const { api: name, operation } = gateway.events.at(-1) ?? {}
  return response.status === 200 ? `${name}: ${operation}` : String(response.status)
}

test('operations of one method and path are told apart by header, query or members of the JSON body', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url, path: '/mixed', api: operations }))
  const second = await chosen(gateway, '/mixed/by-header', { headers: { 'x-version': '2' } })
  assert.match(second, /GET \/by-header \[header x-version="2"\]$/)
  for (const headers of [{}, { 'X-Version': '3' }, { 'X-Version': '2, 2' }]) {
    assert.equal(await chosen(gateway, '/mixed/by-header', { headers }), 'shop: GET /by-header')
  }
  assert.match(await chosen(gateway, '/mixed/by-query?a=1&%76=2'), /query v="2"/)
  assert.equal(await chosen(gateway, '/mixed/by-query?v=2&v=1'), '400')

  const rpc = (body: unknown, type = 'application/json') =>
    chosen(gateway, '/mixed/rpc', {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  assert.match(await rpc({ method: 'tools/call', params: { name: 'delete' } }), /params\/name="delete"/)
  assert.match(await rpc({ method: 'tools/call', params: { name: 'read' } }), /\[json \/method="tools\/call"\]$/)
  const sent = '{ "method" : "tools/call",\n "params": {} }'
  assert.match(await rpc(sent), /tools\/call/)
  assert.equal(backend.received.at(-1)?.body.toString(), sent, 'the bytes that were judged go on')
  assert.equal(await rpc({ method: 'other' }), '404')
  assert.equal(await rpc('{"method":"other","method":"tools/call"}'), '400')
  assert.equal(await rpc('{"method":"tools/call"'), '400')
  assert.equal(await rpc('method=tools/call', 'application/x-www-form-urlencoded'), '415')
})

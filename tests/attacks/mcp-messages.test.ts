import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { repliesIn, speak } from '../harness/raw.ts'

const file = { after }
const backend = await startBackend(file)
const operations = ['ping', 'notifications/*', 'tools/list', 'tools/call search', 'resources/read a:b', '(answer)']
const api = [
  'admit: { maxBody: 64KiB }',
  'operations:',
  ...operations.map(asked => `  POST /mcp ${asked}: {}`),
  '  GET /mcp: {}',
  '  DELETE /mcp: { admit: { maxBody: 1KiB } }',
  '  POST /all tools/call drop: { authorize: { scopes: [drop] } }',
  '  POST /all tools/call *: {}',
  '  POST /all tools/*: {}',
]
const gateway = await startGateway(file, openYaml({ to: backend.url, api }))

type Fields = Readonly<Record<string, string>>

/** The operation that a call was, where it reached the server with the bytes that were sent; else the code of its refusal. */
async function told(body: string | Uint8Array<ArrayBuffer>, fields: Fields = {}, path = '/shop/mcp'): Promise<string> {
  const before = backend.received.length
  const headers = { 'Content-Type': 'application/json', ...fields }
  const response = await gateway.call(path, { method: 'POST', headers, body })
  const answer = JSON.parse(await response.text())
  const reached = backend.received.slice(before)
  if (answer.code !== undefined) {
    assert.equal(reached.length, 0)
    return answer.code
  }
  assert.deepEqual(reached[0]?.body, Buffer.from(body))
  return String(gateway.events.at(-1)?.operation).replace(/^POST \/\w+ /, '')
}

const message = (members: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, ...members })
const call = (name: unknown, more: object = {}) => message({ method: 'tools/call', params: { name, ...more } })

test('a name is taken letter by letter', async () => {
  assert.equal(await told(call('search')), 'tools/call search')
  for (const name of ['Search', 'search ', ' search', 'search\u0000', 'ſearch', 'search*', '*', 'drop', 'search\n'])
    assert.equal(await told(call(name)), 'operation-unknown', JSON.stringify(name))
  for (const name of [undefined, null, '', 7, ['search'], { name: 'search' }, true, 'x'.repeat(3000)])
    assert.equal(await told(call(name)), 'body-malformed', JSON.stringify(name))
})

test('a method is taken letter by letter, and none that is not written', async () => {
  for (const method of ['tools/List', 'TOOLS/LIST', 'tools/call', 'resources/list', 'notifications', 'search', 'pinG'])
    assert.equal(await told(message({ method, params: { name: 'drop' } })), 'operation-unknown', method)
  for (const method of [
    '',
    ' ping',
    'ping ',
    'tools//list',
    '/ping',
    'ping/',
    '(answer)',
    'tools/call search',
    'pi\u0000ng',
    '*',
  ])
    assert.equal(await told(message({ method })), 'body-malformed', JSON.stringify(method))
  for (const method of [null, 1, ['ping'], {}, true]) assert.equal(await told(message({ method })), 'body-malformed')
  assert.equal(await told(message({ method: 'notifications/x' })), 'notifications/*')
  assert.equal(await told(message({ method: 'notificationsx' })), 'operation-unknown')
})

test('escapes are read, and what was sent goes on', async () => {
  assert.equal(await told(String.raw`{"jsonrpc":"2.0","id":1,"m\u0065thod":"p\u0069ng"}`), 'ping')
  const drop = String.raw`{"jsonrpc":"2.0","id":1,"m\u0065thod":"tools\/call","params":{"n\u0061me":"dr\u006fp"}}`
  assert.equal(await told(drop), 'operation-unknown')
})

test('a member that stands twice, or could be taken for another, is refused', async () => {
  const bodies = [
    '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"drop"}}',
    String.raw`{"jsonrpc":"2.0","id":1,"method":"ping","m\u0065thod":"tools/call","params":{"name":"drop"}}`,
    message({ method: 'ping', Method: 'tools/call', params: { name: 'drop' } }),
    message({ method: 'ping', METHOD: 'tools/call', params: { name: 'drop' } }),
    message({ method: 'tools/call', params: { name: 'search' }, Params: { name: 'drop' } }),
    message({ method: 'tools/call', params: { name: 'search' }, paramſ: { name: 'drop' } }),
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","name":"drop"}}',
    call('search', { Name: 'drop' }),
    call('search', { ｎame: 'drop' }),
    message({ method: 'ping', batch: [{ method: 'tools/call' }] }),
    message({ method: 'resources/read', params: { uri: 'a:b', URI: 'file:///etc/passwd' } }),
    ...['urı', 'Urİ', 'URI\0', 'uri\0x'].map(name =>
      message({ method: 'resources/read', params: { uri: 'a:b', [name]: 'file:///etc/passwd' } }),
    ),
    '{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"method":"tools/call"}}',
  ]
  for (const body of bodies) assert.equal(await told(body), 'body-malformed', body)
})

test('one call brings one message, and no more than a message', async () => {
  const ping = message({ method: 'ping' })
  const bodies = [
    `[${ping}]`,
    `[${ping},${call('drop')}]`,
    '[]',
    `${ping}${call('drop')}`,
    `${ping}\n${ping}`,
    '"ping"',
    'null',
    '7',
    '{}',
    '',
    '{"jsonrpc":"2.0"',
    `\ufeff${ping}`,
  ]
  for (const body of bodies) assert.equal(await told(body), 'body-malformed', body)
  const mixed = [
    { method: 'ping', result: {} },
    { method: 'ping', error: {} },
    { result: {}, error: {} },
    { result: {}, params: { name: 'drop' } },
    { id: 1 },
  ]
  for (const members of mixed) assert.equal(await told(message(members)), 'body-malformed')
  for (const jsonrpc of ['1.0', 2, null, undefined])
    assert.equal(await told(message({ method: 'ping', jsonrpc })), 'body-malformed')
  assert.equal(await told(message({ result: {} })), '(answer)')
})

test('params are an object, or there are none', async () => {
  assert.equal(await told(message({ method: 'ping' })), 'ping')
  for (const params of [['drop'], 'drop', 7]) {
    assert.equal(await told(message({ method: 'tools/call', params })), 'body-malformed')
    assert.equal(await told(message({ method: 'ping', params })), 'body-malformed')
  }
})

test('a body of another type or coding is read as what it is, or not at all', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'multipart/form-data; boundary=x',
    '',
  ])
    assert.equal(await told(call('search'), { 'Content-Type': type }), 'media-unsupported', type)
  for (const coding of ['gzip', 'br', 'identity, gzip', 'x'])
    assert.equal(
      await told(new Uint8Array(gzipSync(call('search'))), { 'Content-Encoding': coding }),
      'media-unsupported',
    )
  assert.equal(await told(call('search'), { 'Content-Encoding': 'identity' }), 'tools/call search')
  assert.equal(await told(call('search', { arguments: 'x'.repeat(70_000) })), 'body-too-large')
  assert.equal(await told(call('search', { arguments: `${'['.repeat(100)}` })), 'tools/call search')
  assert.equal(
    await told(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${'['.repeat(500)}${']'.repeat(500)}}}`),
    'body-malformed',
  )
})

test('header fields say what the body says, or the call is refused', async () => {
  const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`
  const good: readonly Fields[] = [
    { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'search' },
    { 'mcp-name': base64('search') },
    { 'MCP-Protocol-Version': '2025-06-18' },
  ]
  for (const fields of good) assert.equal(await told(call('search'), fields), 'tools/call search')
  const bad: readonly Fields[] = [
    { 'Mcp-Method': 'tools/list' },
    { 'Mcp-Method': 'Tools/call' },
    { 'Mcp-Method': '' },
    { 'Mcp-Name': 'drop' },
    { 'Mcp-Name': 'Search' },
    { 'Mcp-Name': '' },
    { 'Mcp-Name': base64('drop') },
    { 'Mcp-Name': '=?base64?c2VhcmNo' },
    { 'Mcp-Name': '=?base64?c2Vhc-No?=' },
    { 'Mcp-Name': '=?base64?/w==?=' },
    { 'Mcp-Name': '=?BASE64?c2VhcmNo?=' },
  ]
  for (const fields of bad) assert.equal(await told(call('search'), fields), 'header-mismatch', JSON.stringify(fields))
  assert.equal(await told(message({ method: 'ping' }), { 'Mcp-Name': 'drop' }), 'header-mismatch')
  assert.equal(await told(message({ result: {} }), { 'Mcp-Method': 'ping' }), 'header-mismatch')
})

test('a revision that repeats the body in header fields wants them there', async () => {
  const version = 'io.modelcontextprotocol/protocolVersion'
  const modern = call('search', { _meta: { [version]: '2026-07-28' } })
  const all = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'search' }
  assert.equal(await told(modern, all), 'tools/call search')
  for (const missing of Object.keys(all)) {
    const fields = Object.fromEntries(Object.entries(all).filter(([name]) => name !== missing))
    assert.equal(await told(modern, fields), 'header-mismatch', missing)
  }
  assert.equal(await told(modern, { ...all, 'MCP-Protocol-Version': '2025-11-25' }), 'header-mismatch')
  assert.equal(await told(call('search'), { 'MCP-Protocol-Version': '2026-07-28' }), 'header-mismatch')
  assert.equal(await told(call('search'), { 'MCP-Protocol-Version': 'DRAFT-2027-v1' }), 'header-mismatch')
})

test('a header field that stands twice, or that Connection keeps back, is refused', async () => {
  const body = call('search')
  const say = async (...fields: readonly string[]) => {
    const head = [
      'POST /shop/mcp HTTP/1.1',
      'Host: shop.example',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ]
    const bytes = await speak(gateway.url, `${[...head, ...fields].join('\r\n')}\r\n\r\n${body}`)
    return repliesIn(bytes).at(-1)?.status
  }
  assert.equal(await say('Connection: close', 'Mcp-Name: search'), 200)
  assert.equal(await say('Connection: close', 'Mcp-Name: search', 'Mcp-Name: search'), 400)
  assert.equal(await say('Connection: close', 'Mcp-Method: tools/call', 'mcp-method: tools/list'), 400)
  assert.equal(await say('Connection: close, Mcp-Name', 'Mcp-Name: search'), 400)
})

test('a tool that has an operation of its own is never one of all others', async () => {
  assert.equal(await told(call('drop'), {}, '/shop/all'), 'scope-missing')
  assert.equal(await told(call('other'), {}, '/shop/all'), 'tools/call *')
  assert.equal(await told(message({ method: 'tools/list' }), {}, '/shop/all'), 'tools/*')
  assert.equal(await told(message({ method: 'ping' }), {}, '/shop/all'), 'operation-unknown')
})

test('a call that brings no message has no body, which some server might read', async () => {
  const before = backend.received.length
  for (const method of ['GET', 'DELETE']) {
    assert.equal((await gateway.call('/shop/mcp', { method })).status, 200)
    const head = [`${method} /shop/mcp HTTP/1.1`, 'Host: shop.example', 'Connection: close', 'Content-Length: 2']
    assert.equal(repliesIn(await speak(gateway.url, `${head.join('\r\n')}\r\n\r\n{}`)).at(-1)?.status, 413)
  }
  assert.equal(backend.received.length, before + 2)
})

test('a session hears of no end that there is not: what is refused in one is 403', async () => {
  const status = async (fields: Fields) => {
    const headers = { 'Content-Type': 'application/json', ...fields }
    return (await gateway.call('/shop/mcp', { method: 'POST', headers, body: message({ method: 'server/discover' }) }))
      .status
  }
  assert.deepEqual([await status({}), await status({ 'Mcp-Session-Id': 'one' })], [404, 403])
})

test('a name that holds a secret, or more than a name, leaves none in the record', async () => {
  const url = 'https://user:hunter2@files.example.com/?access_token=tok-1234567890'
  assert.equal(await told(call(url), {}, '/shop/all'), 'tools/call *')
  const { asked } = gateway.events.at(-1) ?? {}
  assert.match(String(asked), /^tools\/call https:\/\/\[secret\]@files\.example\.com\/\?access_token=\[secret\]$/)
  assert.equal(await told(call('x'.repeat(2000)), {}, '/shop/all'), 'tools/call *')
  assert.equal(String(gateway.events.at(-1)?.asked).length, 200)
})

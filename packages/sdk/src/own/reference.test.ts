import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { anonymous, anyone, api, apiKey, app } from '../index.ts'

const operations = [api('GET /items', { identify: anonymous, authorize: anyone }, () => undefined)]
const get = (path: string) => new Request(`http://localhost${path}`)

async function scriptFor(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'reference-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'standalone.js')
  await writeFile(path, 'draw()')
  return path
}

test('the page brings no script of its own but a file of the same origin, and may ask nobody else', async t => {
  const reference = { access: 'public', script: await scriptFor(t) } as const
  const { fetch } = await app({ title: '<Shop> & "co"', operations, openapi: 'public', reference })
  const page = await fetch(get('/reference'))
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8')
  const policy = (page.headers.get('content-security-policy') ?? '').split('; ')
  for (const directive of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
    assert.ok(policy.includes(directive), directive)
  const html = await page.text()
  assert.ok(html.includes('<title>&lt;Shop&gt; &amp; &quot;co&quot;</title>'))
  const [, script = ''] = /<script src="\.([^"]+)"><\/script>/.exec(html) ?? []
  const file = await fetch(get(script))
  assert.equal(file.headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.match(await file.text(), /draw\(\)$/)
})

test('the policy of an application is not that of its page, which could not be drawn', async t => {
  const reference = { access: 'public', script: await scriptFor(t) } as const
  const protect = { securityHeaders: { csp: { 'default-src': "'none'" } } }
  const { fetch } = await app({ operations, openapi: 'public', reference, protect })
  assert.match((await fetch(get('/reference'))).headers.get('content-security-policy') ?? '', /script-src 'self'/)
  assert.equal((await fetch(get('/items'))).headers.get('content-security-policy'), "default-src 'none'")
})

test('who may not see the page is refused it and its script', async t => {
  const identify = apiKey({ keys: [{ id: 'docs', key: 'sk-0123456789abcdefghij' }] })
  const access = { identify, authorize: anyone }
  const { fetch } = await app({
    operations,
    openapi: 'public',
    reference: { access, script: await scriptFor(t) },
  })
  assert.equal((await fetch(get('/reference'))).status, 401)
  assert.equal((await fetch(get('/reference/0000000000000000.js'))).status, 404)
})

test('a page that could not be drawn, or has nothing to show, does not start, and says what to do', async () => {
  const named = (message: RegExp) => ({ name: 'TypeError', message })
  await assert.rejects(
    app({ operations, openapi: 'public', reference: 'public' }),
    named(/^reference: .*npm install @scalar\/api-reference/),
  )
  await assert.rejects(
    app({ operations, openapi: 'public', reference: { access: 'public', script: '/nowhere/standalone.js' } }),
    named(/^reference\.script: there is no file to read at \/nowhere\/standalone\.js/),
  )
  await assert.rejects(app({ operations, reference: 'public' }), named(/^reference: .*openapi/))
})

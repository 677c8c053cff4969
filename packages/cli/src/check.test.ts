import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { emptyFolder } from './example-ports.ts'

const yaml = (api: string, more = '') => `
sallyport: 1
${more}
apis:
  items:
    path: /items
    identify: anonymous
    authorize: anyone
    limit: { burst: { allow: 100/second, per: ip } }
    forward: { to: http://127.0.0.1:9001, credential: { bearer: do-not-show-this } }
${api}
`

async function checked(t: TestContext, text: string, files: Readonly<Record<string, string>> = {}) {
  const { folder, run } = await emptyFolder(t)
  await writeFile(join(folder, 'sallyport.yaml'), text)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return run
}

test('an inherited rule that was taken away is listed', async t => {
  const run = await checked(t, yaml('    operations: { GET /a: {}, GET /b: { without: [burst] } }'))
  const { status, out } = await run(['check'])
  assert.equal(status, 0)
  assert.match(out, /^OPERATION .* WITHOUT +GOES TO$/m)
  assert.match(out, /^GET \/items\/a .* 100\/second per ip \(api\) +http/m)
  assert.match(out, /^GET \/items\/b .* none +burst +http/m)
  const { operations } = JSON.parse((await run(['check', '--json'])).out)
  assert.deepEqual(
    operations.map(({ without }: { without: unknown }) => without),
    [[], ['burst']],
  )
})

test('what takes an inherited rule away keeps its own rule of that name', async t => {
  const own = '{ without: [burst], limit: { burst: { allow: 1/minute, per: ip } } }'
  const run = await checked(t, yaml(`    operations: { GET /a: ${own} }`))
  assert.match((await run(['check'])).out, /^GET \/items\/a .* 1\/minute per ip +burst/m)
})

test('only what is inherited can be taken away', async t => {
  const run = await checked(t, yaml('    without: [burst]'))
  const { status, err } = await run(['check'])
  assert.equal(status, 1)
  assert.match(err, /apis\.items\.without\[0\]: no rule "burst" is inherited here/)
})

test('a secret that stands in the file as it is is warned of, and never printed', async t => {
  const issuers = 'issuers: { me: { issuer: me, audience: a, keys: { secret: do-not-show-this-7f31b0c2e94a5d68 } } }'
  const run = await checked(t, yaml('', issuers))
  const { out } = await run(['check'])
  assert.match(out, /apis\.items\.forward\.credential\.bearer: a secret stands in the file/)
  assert.match(out, /issuers\.me\.keys\.secret: a secret stands in the file/)
  const printed = await run(['check', '--print'])
  assert.match(printed.out, /bearer: "\[secret\]"/)
  assert.doesNotMatch(out + printed.out, /do-not-show-this/)
})

test('what is left out of an OpenAPI document is told', async t => {
  const paths = { '/a': { get: {}, trace: {} } }
  const openapi = JSON.stringify({ openapi: '3.1.0', info: { title: 'a', version: '1' }, paths })
  const run = await checked(t, yaml('    openapi: ./openapi.json'), { 'openapi.json': openapi })
  const { status, out } = await run(['check'])
  assert.equal(status, 0)
  assert.match(out, /warning: .*openapi\.json:1:\d+ .*TRACE is never forwarded/)
})

test('the JSON Schema names every method, every right and every limit', async t => {
  const { run } = await emptyFolder(t)
  const { status, out } = await run(['check', '--schema'])
  assert.equal(status, 0)
  const names = new Set(out.match(/"\w+"(?=: )/g))
  for (const name of ['jwt', 'apiKey', 'basic', 'any', 'all', 'scopes', 'roles', 'anyOf', 'allow', 'concurrent']) {
    assert.ok(names.has(`"${name}"`), name)
  }
})

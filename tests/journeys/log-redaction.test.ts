import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { folderWith, up } from '../harness/command.ts'
import { openYaml } from '../harness/open.ts'

const body = {
  id: 123,
  name: 'Ann',
  password: 'value-1',
  users: [{ access_token: 'value-2', deep: { clientSecret: ['value-3', { a: 'value-4' }] } }],
  card: { 'credit-card': 4_111_111_111_111_111 },
  note: 'see https://x.example.com/?token=value-5&page=2',
  within: JSON.stringify({ password: 'value-7', kept: 'kept-1' }),
  ssn: 'ssn-8',
  headers: 'Authorization: Digest a="b", response="value-6"',
}

const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.${'s'.repeat(43)}`

/** Runs the gateway before an upstream that fails with these words; gives the log and the records. */
async function rememberedOf(t: TestContext, gateway: string): Promise<string> {
  const backend = await startBackend(t, (_, response) => {
    response.writeHead(500, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  })
  const yaml = openYaml({
    to: backend.url,
    gateway: `management: 0, log: ./calls.log${gateway}`,
    api: ['protect: { errors: { log: true } }'],
  })
  const folder = await folderWith(t, { 'sallyport.yaml': yaml })
  const running = await up(t, folder)
  for (const [path, status] of [
    ['/shop/things?password=value-9', 500],
    ['/shop/things/token=value-9', 500],
    [`/shop/reset/${jwt}`, 500],
    ['/shop/things;token=value-9', 400],
  ] as const)
    assert.equal((await running.call(path)).status, status)
  running.signal('SIGTERM')
  assert.equal(await running.ended, 0)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile() && !entry.name.endsWith('.yaml'))
  const texts = await Promise.all(files.map(file => readFile(join(file.parentPath, file.name), 'utf8')))
  return [...texts, running.out.text, running.err.text].join('\n')
}

test('[A46] fields named like secrets are masked in all that is remembered of an answer, nested and in lists', async t => {
  const remembered = await rememberedOf(t, '')
  assert.match(remembered, /the service behind answered 500: \{\\"id\\":123,\\"name\\":\\"Ann\\"/)
  assert.match(remembered, /kept-1|ssn-8/, 'what has another name is remembered')
  assert.doesNotMatch(remembered, /value-\d|4111111111111111|eyJ/)
})

test('[A46] the names are configurable', async t => {
  const remembered = await rememberedOf(t, ', record: { redact: [ssn, password, token, secret, card] }')
  assert.match(remembered, /the service behind answered 500/)
  assert.doesNotMatch(remembered, /value-\d|4111111111111111|ssn-8/)
  const other = await rememberedOf(t, ', record: { redact: [ssn] }')
  assert.match(other, /value-1/)
  assert.doesNotMatch(other, /ssn-8/)
})

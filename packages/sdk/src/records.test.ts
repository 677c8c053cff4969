import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { noBody } from '@sallyport/core'
import { anyone, api, apiKey, app, scopes } from './index.ts'

const key = 'sk-0123456789abcdefghij'
const operations = [
  api(
    'GET /stock',
    { identify: apiKey({ keys: [{ id: 'shop', key }] }), authorize: scopes('list_items') },
    () => undefined,
  ),
  api('GET /open', { identify: apiKey({ keys: [{ id: 'shop', key }] }), authorize: anyone }, () => undefined),
]
const call = { headers: { 'X-API-Key': key } }

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'records-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

test('a call is explained by its id, also by the process that comes after', async t => {
  const data = await folderFor(t)
  const first = await app({ operations, data })
  const response = await first.fetch(new Request('http://localhost/stock?card=4111', call))
  const id = response.headers.get('sallyport-call-id') ?? ''
  const told = await first.explain(id)
  assert.deepEqual([told?.status, told?.code, told?.operation], [403, 'scope-missing', 'GET /stock'])
  assert.equal(await first.explain('0'.repeat(32)), undefined)
  await first.flush()
  first.close()

  const second = await app({ operations, data })
  t.after(() => second.close())
  assert.deepEqual(await second.explain(id), told)
})

test('the record holds no credential, no query and no body, and only its owner may read it', async t => {
  const data = await folderFor(t)
  const { fetch, flush, close } = await app({ operations, data })
  t.after(close)
  await fetch(new Request('http://localhost/open?card=4111', call))
  await flush()
  const [name = ''] = await readdir(join(data, 'calls'))
  const path = join(data, 'calls', name)
  const text = await readFile(path, 'utf8')
  assert.match(text, /"path":"\/open"/)
  assert.doesNotMatch(text, new RegExp(`4111|${key}`))
  const modes = await Promise.all([data, join(data, 'calls'), path].map(async one => (await stat(one)).mode & 0o777))
  if (process.platform !== 'win32') assert.deepEqual(modes, [0o700, 0o700, 0o600])
})

test('a path that leads nowhere is recorded as it was sent, escaped where it was not printable', async () => {
  const paths: string[] = []
  const { fetch, judge } = await app({ operations, record: ({ path }) => paths.push(path) })
  await fetch(new Request('http://localhost/%3Cb%3E/caf%c3%a9/100%25?q'))
  const arrival = { method: 'GET', target: '/<b>/%zz', httpVersion: '1.1', rawHeaders: ['Host', 'localhost'] }
  const handled = await judge({ ...arrival, peer: undefined, encrypted: false, body: noBody })
  handled.finish({ end: 'complete', bytesIn: 0, bytesOut: 0 })
  assert.deepEqual(paths, ['/%3Cb%3E/caf%c3%a9/100%25', '/%3Cb%3E/%25zz'])
})

test('an application whose records can not be written is not ready, and answers all the same', async t => {
  const data = await folderFor(t)
  const readyWith = async (told: unknown[]) => {
    const { fetch, flush, close } = await app({ operations, data, health: 'public', fault: error => told.push(error) })
    assert.equal((await fetch(new Request('http://localhost/open', call))).status, 204)
    await flush()
    const response = await fetch(new Request('http://localhost/readyz'))
    close()
    return { status: response.status, body: await response.json() }
  }
  assert.deepEqual(await readyWith([]), { status: 200, body: { ready: true, checks: { records: true } } })
  await rm(join(data, 'calls'), { recursive: true })
  await writeFile(join(data, 'calls'), 'in its place')
  const told: unknown[] = []
  assert.deepEqual(await readyWith(told), { status: 503, body: { ready: false, checks: { records: false } } })
  assert.ok(told.length > 0)
})

test('a folder is kept by one application at a time', async t => {
  const data = await folderFor(t)
  const { close } = await app({ operations, data })
  await assert.rejects(app({ operations, data }), /is in use: another gateway or application keeps its data there/)
  close()
  ;(await app({ operations, data })).close()
})

test('a folder that cannot be made keeps the application from starting', async () => {
  await assert.rejects(app({ operations, data: '/dev/null/data' }), { code: 'ENOTDIR' })
})

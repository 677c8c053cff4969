import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { emptyFolder } from './example-ports.ts'

async function folderWithDocument(t: TestContext) {
  const { folder, run } = await emptyFolder(t)
  const document = 'openapi: 3.1.0\ninfo: { title: My notes, version: "1" }\npaths: { /notes: { get: {} } }\n'
  await writeFile(join(folder, 'notes.yaml'), document)
  return { folder, run }
}

test('what init writes can be checked at once', async t => {
  const { folder, run } = await folderWithDocument(t)
  const upstream = ['--upstream', 'http://127.0.0.1:9001']
  const { status, out } = await run(['init', '--openapi', 'notes.yaml', ...upstream, '--json'])
  assert.equal(status, 0)
  assert.deepEqual(JSON.parse(out), { file: 'sallyport.yaml', name: 'my-notes', operations: 1 })
  assert.equal((await run(['check'])).status, 0)
  assert.equal(await readFile(join(folder, 'keys.yaml'), 'utf8'), 'keys: {}\n')
})

test('a keys file that is there is kept', async t => {
  const { folder, run } = await folderWithDocument(t)
  await run(['key', 'create', 'shop'])
  const before = await readFile(join(folder, 'keys.yaml'), 'utf8')
  const { status } = await run(['init', '--openapi', 'notes.yaml', '--upstream', 'http://127.0.0.1:9001'])
  assert.deepEqual([status, await readFile(join(folder, 'keys.yaml'), 'utf8')], [0, before])
})

test('nothing is written for an upstream or a document that cannot be used', async t => {
  const { folder, run } = await folderWithDocument(t)
  await writeFile(join(folder, 'old.yaml'), 'swagger: "2.0"\n')
  const refused: [number, RegExp, ...string[]][] = [
    [2, /--upstream needs an http or https URL/, 'notes.yaml', 'localhost:9001'],
    [2, /--upstream needs an http or https URL/, 'notes.yaml', '127.0.0.1:9001'],
    [1, /missing\.yaml cannot be read/, 'missing.yaml', 'http://127.0.0.1:9001'],
    [1, /old\.yaml:1:10 {2}swagger: Swagger 2\.0 is not read/, 'old.yaml', 'http://127.0.0.1:9001'],
  ]
  for (const [status, told, openapi = '', upstream = ''] of refused) {
    const ran = await run(['init', '--openapi', openapi, '--upstream', upstream])
    assert.equal(ran.status, status)
    assert.match(ran.err, told)
  }
  assert.deepEqual((await readdir(folder)).sort(), ['notes.yaml', 'old.yaml'])
})

import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { emptyFolder } from '../example-ports.ts'

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

test('init --sdk makes a folder of files, and says which and what to do next', async t => {
  const { folder, run } = await emptyFolder(t)
  const { status, out } = await run(['init', '--sdk', 'shop', '--json'])
  assert.equal(status, 0)
  const told: { folder: string; files: string[] } = JSON.parse(out)
  assert.equal(told.folder, 'shop')
  const made = (await readdir(join(folder, 'shop'), { recursive: true, withFileTypes: true })).filter(one =>
    one.isFile(),
  )
  assert.equal(made.length, told.files.length)
  for (const file of told.files) assert.doesNotMatch(await readFile(join(folder, 'shop', file), 'utf8'), /\{\{/)
  const { name, dependencies } = JSON.parse(await readFile(join(folder, 'shop/package.json'), 'utf8'))
  assert.deepEqual([name, dependencies['@sallyport/sdk']], ['shop', '1.2.3'])
  assert.match((await run(['init', '--sdk', 'other'])).out, /^ {2}cd other$/m)
})

test('init --sdk writes no secret', async t => {
  const { folder, run } = await emptyFolder(t)
  await run(['init', '--sdk', 'shop'])
  assert.match(await readFile(join(folder, 'shop/.env.example'), 'utf8'), /^JWT_SECRET=$/m)
  assert.match(await readFile(join(folder, 'shop/.gitignore'), 'utf8'), /^\.env$/m)
})

test('init --sdk touches nothing that is there, and makes nothing for a name that is none', async t => {
  const { folder, run } = await emptyFolder(t)
  await mkdir(join(folder, 'there'))
  await writeFile(join(folder, 'file'), 'as it was')
  const refused: [number, RegExp, ...string[]][] = [
    [1, /there is there already/, '--sdk', 'there'],
    [1, /file is there already/, '--sdk', 'file'],
    [1, /none\.tgz cannot be read/, '--sdk', 'shop', '--package', 'none.tgz'],
    [2, /--sdk needs a name/, '--sdk', ''],
    [2, /--sdk needs a name/, '--sdk', '../shop'],
    [2, /--sdk needs a name/, '--sdk', '.'],
    [2, /--sdk needs a name/, '--sdk', 'Shop'],
    [2, /--sdk needs a name/, '--sdk', '@me/shop'],
    [2, /--sdk needs a name/, '--sdk', 'a'.repeat(101)],
    [2, /http is what Node calls/, '--sdk', 'http'],
    [2, /--openapi is for init with --openapi/, '--sdk', 'shop', '--openapi', 'notes.yaml'],
    [2, /--output is for init with --openapi/, '--sdk', 'shop', '--output', 'x.yaml'],
    [2, /--package is for init with --sdk/, '--openapi', 'notes.yaml', '--upstream', 'http://a', '--package', 'file'],
    [2, /init needs --openapi FILE and --upstream URL, or --openapi URL, or --sdk NAME/],
  ]
  for (const [status, told, ...args] of refused) {
    const ran = await run(['init', ...args])
    assert.equal(ran.status, status, args.join(' '))
    assert.match(ran.err, told)
  }
  assert.deepEqual((await readdir(folder)).sort(), ['file', 'there'])
  assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'as it was')
  assert.deepEqual(await readdir(join(folder, 'there')), [])
})

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { emptyFolder } from '../example-ports.ts'

const yaml = `
sallyport: 1
gateway: { url: http://127.0.0.1 }
apis:
  shop:
    path: /shop
    openapi: ./shop.json
    identify: magicToken
    authorize: token
    forward: { to: http://127.0.0.1:9, credential: sealed }
`
const document = {
  openapi: '3.1.0',
  info: { title: 'shop', version: '1' },
  paths: { '/items': { get: {}, post: {} }, '/items/{id}': { delete: {} } },
}

async function shell(t: Parameters<typeof emptyFolder>[0], files: Readonly<Record<string, string>> = {}) {
  const { folder, run } = await emptyFolder(t)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return async (...words: readonly string[]) => {
    const { status, out, err } = await run(['completion', 'answer', '--', ...words])
    assert.deepEqual([status, err], [0, ''])
    return out.split('\n').flatMap(line => (line === '' ? [] : [line.split('\t')[0]]))
  }
}

const usable = { 'sallyport.yaml': yaml, 'shop.json': JSON.stringify(document) }

test('commands are completed, then their verbs, then their options', async t => {
  const answer = await shell(t)
  assert.deepEqual(await answer('to'), ['token'])
  assert.deepEqual(await answer('comp'), ['completion'])
  assert.deepEqual(await answer('token', 'r'), ['revoke', 'rotate', 'retire'])
  assert.deepEqual(await answer('token', 'mint', '--ca'), ['--canary'])
  assert.deepEqual(await answer('token', 'mint', '--js'), ['--json'])
  assert.deepEqual(await answer('nothing', 'x'), [])
  assert.deepEqual(await answer(), await answer(''))
})

test('what a candidate is stands behind it', async t => {
  const { run } = await emptyFolder(t)
  const { out } = await run(['completion', 'answer', '--', 'token', 'insp'])
  assert.equal(out, 'inspect\tshow what a magic token says of itself\n')
})

test('where a value is typed no option is, and what nobody can suggest is left to the shell', async t => {
  const answer = await shell(t)
  assert.deepEqual(await answer('token', 'mint', '--data', '-'), [])
  assert.deepEqual(await answer('token', 'mint', '--constructor', ''), [])
  assert.deepEqual(await answer('token', 'inspect', '@'), [])
})

test('an option and its value may be one word, or the three that bash makes of it', async t => {
  const answer = await shell(t)
  assert.deepEqual(await answer('token', 'mint', '--api=pow'), ['--api=powerdns'])
  assert.deepEqual(await answer('token', 'mint', '--api', '=', 'pow'), ['powerdns'])
  const permits = await answer('token', 'mint', '--api', '=', 'github', '--permit', '=')
  assert.ok(permits.length > 100)
})

test('names and permits are those of sallyport.yaml and the OpenAPI document that it names', async t => {
  const answer = await shell(t, usable)
  assert.deepEqual(await answer('token', 'mint', '--api', 'sh'), ['shop'])
  const permits = await answer('token', 'mint', '--api', 'shop', '--permit', '')
  assert.deepEqual(permits, ['GET /items', 'POST /items', 'DELETE /items/{id}'])
  assert.deepEqual(await answer('token', 'mint', '--api', 'shop', '--permit', 'DELETE /i'), ['DELETE /items/{id}'])
  assert.deepEqual(await answer('token', 'mint', '--permit', ''), [])
})

test('a file that cannot be used leaves the presets', async t => {
  const answer = await shell(t, { ...usable, 'shop.json': '{' })
  assert.deepEqual(await answer('token', 'mint', '--api', 'sh'), [])
  assert.deepEqual(await answer('token', 'mint', '--api', 'powe'), ['powerdns'])
  assert.deepEqual(await answer('token', 'mint', '--api', 'powerdns', '--permit', ''), [])
})

test('each shell has a script, and another shell is misuse', async t => {
  const { run } = await emptyFolder(t)
  for (const name of ['bash', 'zsh', 'fish']) {
    const { status, out } = await run(['completion', name])
    assert.equal(status, 0)
    assert.match(out, /completion answer -- /)
  }
  const { status, err } = await run(['completion', 'cmd'])
  assert.equal(status, 2)
  assert.match(err, /needs a shell: bash, zsh, fish/)
})

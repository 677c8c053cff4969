import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { mintMagicToken, newMagicKeys } from '@sallyport/tokens'
import { emptyFolder, now } from '../example-ports.ts'

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

type Texts = Readonly<Record<string, string>>

async function shell(t: Parameters<typeof emptyFolder>[0], files: Texts = {}, env: Texts = {}) {
  const { folder, run } = await emptyFolder(t)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return async (...words: readonly string[]) => {
    const { status, out, err } = await run(['completion', 'answer', '--', ...words], { env })
    assert.deepEqual([status, err], [0, ''])
    return out.split('\n').flatMap(line => (line === '' ? [] : [line.split('\t')[0]]))
  }
}

const usable = { 'sallyport.yaml': yaml, 'shop.json': JSON.stringify(document) }

test('commands are completed, then their verbs, then their options', async t => {
  const answer = await shell(t)
  assert.deepEqual(await answer('to'), ['token'])
  assert.deepEqual(await answer('comp'), ['completion'])
  assert.deepEqual(await answer('doc'), ['doctor'])
  assert.deepEqual(await answer('doctor', '--au'), ['--audit'])
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

async function tokenFor(api: string, ...allowed: string[]): Promise<string> {
  const credential = { kind: 'header', name: 'X-Key', value: 'x'.repeat(20) } as const
  const order = { issuer: 'http://gateway', audience: `${api} http://127.0.0.1:9`, lifeSeconds: 3600, chain: true }
  const made = await mintMagicToken({ ...order, credential, constraints: { allowed } }, newMagicKeys(), {
    ...{ now, random: randomBytes },
  })
  return made.token
}

test('what a token may be narrowed to is what it permits of its API, wherever it is read but from the terminal', async t => {
  const token = await tokenFor('shop', 'GET /.*', 'DELETE /items/7')
  const answer = await shell(t, { ...usable, 'token.txt': token }, { TOKEN: token })
  const permitted = ['GET /items', 'DELETE /items/{id}']
  const narrow = ['token', 'narrow']
  assert.deepEqual(await answer(...narrow, '@token.txt', '--permit', ''), permitted)
  assert.deepEqual(await answer(...narrow, 'env:TOKEN', '--seal', '--permit', 'DEL'), ['DELETE /items/{id}'])
  assert.deepEqual(await answer(...narrow, '@', 'token.txt', '--permit', '=', ''), permitted)
  assert.deepEqual(await answer(...narrow, 'env', ':', 'TOKEN', '--permit', ''), permitted)
  assert.deepEqual(await answer(...narrow, '-', '--permit', ''), [])
  assert.deepEqual(await answer(...narrow, '--permit', ''), [])
})

test('a token of an API that only a preset knows is completed from it, and what is no token suggests nothing', async t => {
  const github = await tokenFor('github', 'GET /user')
  const answer = await shell(t, { github, unknown: await tokenFor('elsewhere', 'GET /.*'), none: 'x' })
  const narrow = (file: string) => answer('token', 'narrow', `@${file}`, '--permit', '')
  assert.deepEqual(await narrow('github'), ['GET /user'])
  for (const file of ['unknown', 'none', 'missing']) assert.deepEqual(await narrow(file), [])
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

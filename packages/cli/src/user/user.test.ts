import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import { verifyPassword } from '@sallyport/tokens'
import { parse } from 'yaml'
import { emptyFolder } from '../example-ports.ts'

async function usersFolder(t: Parameters<typeof emptyFolder>[0]) {
  const { folder, run } = await emptyFolder(t)
  const text = () => readFile(join(folder, 'users.yaml'), 'utf8')
  return { run, text, users: async () => parse(await text()).users }
}

test('a user is kept with an argon2id hash of their password and nothing else of it', async t => {
  const { run, text, users } = await usersFolder(t)
  const rights = ['--scopes', 'list_items', '--roles', 'clerk']
  const { status, out, err } = await run(['user', 'create', 'bob', '--password', '-', ...rights], {
    stdin: 'correct horse\n',
  })
  const { password, ...entry } = (await users()).bob
  assert.equal(status, 0)
  assert.match(password, /^\$argon2id\$/)
  assert.ok(await verifyPassword(password, new Secret('correct horse')))
  assert.deepEqual(entry, { created: '2026-01-02T03:04:05.678Z', scopes: ['list_items'], roles: ['clerk'] })
  for (const seen of [out, err, await text()]) assert.doesNotMatch(seen, /correct horse/)
})

test('without a password one is made that nobody can guess, and printed once', async t => {
  const { run, users } = await usersFolder(t)
  const { out } = await run(['user', 'create', 'Zoë'])
  assert.match(out, /^[A-Za-z0-9_-]{24}\n$/)
  assert.ok(await verifyPassword((await users()).Zoë.password, new Secret(out.trim())))
})

test('short passwords, and names that basic cannot carry, are refused', async t => {
  const { run, text } = await usersFolder(t)
  assert.equal((await run(['user', 'create', 'bob', '--password', '-'], { stdin: '1234567' })).status, 1)
  for (const name of ['a:b', 'a b', '', '__proto__'])
    assert.equal((await run(['user', 'create', name])).status, 2, name)
  await assert.rejects(text(), { code: 'ENOENT' })
})

test('users are listed without hashes, and deleted by name', async t => {
  const { run, users } = await usersFolder(t)
  await run(['user', 'create', 'alice', '--roles', 'boss'])
  await run(['user', 'create', 'bob'])
  const { out } = await run(['user', 'list', '--json'])
  assert.deepEqual(
    JSON.parse(out).map(({ name }: { name: string }) => name),
    ['alice', 'bob'],
  )
  assert.doesNotMatch(out + (await run(['user', 'list'])).out, /argon2/)
  assert.equal((await run(['user', 'create', 'bob'])).status, 1)
  assert.equal((await run(['user', 'delete', 'bob'])).status, 0)
  assert.equal((await run(['user', 'delete', 'bob'])).status, 1)
  assert.deepEqual(Object.keys(await users()), ['alice'])
})

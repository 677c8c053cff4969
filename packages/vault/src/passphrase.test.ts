import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '@sallyport/core'
import { openFileVault } from './backends/file.ts'
import { PassphraseKeys } from './passphrase.ts'

const open = (path: string, passphrase: string) =>
  openFileVault({ path, key: { passphrase: new Secret(passphrase) }, clock: { now: () => 0 }, randomBytes })

test('a vault under a passphrase is one file that opens with the same passphrase, however its accents were typed', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'vault-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'secrets.json')
  const vault = await open(path, 'caf\u00e9 au lait')
  await vault.set('a', new Secret('value'))
  await vault.set('b', new Secret('value'))
  assert.equal((await (await open(path, 'cafe\u0301 au lait')).get('a'))?.reveal(), 'value')
  assert.deepEqual(await readdir(folder), ['secrets.json'])

  const kept = await readFile(path)
  await assert.rejects(open(path, 'caf\u00e9 au lait!'), error => {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'key-wrong')
    assert.doesNotMatch(inspect(error), /au lait/)
    return true
  })
  assert.deepEqual(await readFile(path), kept)

  await vault.rotate()
  const [before, after] = [JSON.parse(kept.toString()).key, JSON.parse(await readFile(path, 'utf8')).key]
  assert.notEqual(before.split(':')[1], after.split(':')[1])
  assert.equal((await vault.get('b'))?.reveal(), 'value')
})

test('a vault that is sealed with a key ring is not opened with a passphrase', async () => {
  const keys = new PassphraseKeys(new Secret('long enough'), randomBytes)
  for (const ref of ['ring:0123456789abcdef', '', 'constructor:salt:check', 'scrypt-1-1-1:salt:check']) {
    await assert.rejects(keys.find(ref), { name: 'VaultError', code: 'key-wrong' })
  }
})

test('a short passphrase is refused', () => {
  assert.throws(() => new PassphraseKeys(new Secret('7 chars'), randomBytes), { code: 'key-weak' })
})

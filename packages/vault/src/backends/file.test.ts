import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '@sallyport/core'
import { KeyRing } from '../key-ring.ts'
import { VaultError } from '../vault-error.ts'
import { openFileVault } from './file.ts'
import { writeSecretsFile } from './secrets-file.ts'

const value = 'ghp_do-not-show-this-value'
const now = Date.UTC(2026, 0, 1)

async function emptyPlace(t: { after(undo: () => Promise<void>): void }) {
  const folder = await mkdtemp(join(tmpdir(), 'vault-'))
  t.after(() => rm(folder, { recursive: true }))
  const place = { path: join(folder, 'data', 'secrets.json'), keyFile: join(folder, 'keys', 'vault.key') }
  const open = () =>
    openFileVault({ path: place.path, key: { file: place.keyFile }, clock: { now: () => now }, randomBytes })
  return { ...place, open }
}

const coded = (code: string) => (error: unknown) => {
  assert.ok(error instanceof VaultError)
  assert.equal(error.code, code)
  assert.doesNotMatch(inspect(error, { depth: 10 }), /do-not-show/)
  return true
}

test('what one process stored the next one reads', async t => {
  const { open } = await emptyPlace(t)
  const text = JSON.stringify({ token: value, expires_at: 1, ключ: '🔑\u0000' })
  assert.equal(await (await open()).set('github', new Secret(text)), 1)
  assert.equal((await (await open()).get('github'))?.reveal(), text)
})

test('versions count up, each can be had, and the newest is had unless one is named', async t => {
  const { open } = await emptyPlace(t)
  const vault = await open()
  for (const [i, text] of ['one', 'two', ''].entries()) assert.equal(await vault.set('a', new Secret(text)), i + 1)
  assert.equal((await vault.get('a'))?.reveal(), '')
  assert.equal((await vault.get('a', 1))?.reveal(), 'one')
  assert.equal((await vault.get('a', 2))?.reveal(), 'two')
  assert.equal(await vault.get('a', 4), undefined)
})

test('what is absent is undefined, also under names that every object has', async t => {
  const { open } = await emptyPlace(t)
  const vault = await open()
  assert.equal(await vault.get('nothing'), undefined)
  await vault.set('a', new Secret(value))
  for (const name of ['nothing', 'constructor', 'toString', 'A']) assert.equal(await vault.get(name), undefined)
  assert.equal(await vault.delete('nothing'), false)
})

test('the list tells names, versions and dates in order, and no value', async t => {
  const { open } = await emptyPlace(t)
  const vault = await open()
  assert.deepEqual(await vault.list(), [])
  for (const name of ['b', 'a', 'b', 'constructor', '10', '9']) await vault.set(name, new Secret(value))
  assert.deepEqual(await vault.list(), [
    { name: '10', versions: [1], createdAt: now },
    { name: '9', versions: [1], createdAt: now },
    { name: 'a', versions: [1], createdAt: now },
    { name: 'b', versions: [1, 2], createdAt: now },
    { name: 'constructor', versions: [1], createdAt: now },
  ])
})

test('a deleted secret is gone from the file, and its version numbers are never used again', async t => {
  const { path, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret('one'))
  await vault.set('a', new Secret('two'))
  const { sealed } = JSON.parse(await readFile(path, 'utf8')).secrets[0].versions[0]
  assert.equal(await vault.delete('a'), true)
  assert.equal(await vault.delete('a'), false)
  assert.equal(await vault.get('a', 1), undefined)
  assert.deepEqual(await vault.list(), [])
  assert.ok(!(await readFile(path, 'utf8')).includes(sealed))
  assert.equal(await vault.set('a', new Secret('three')), 3)
})

test('neither file shows the value, and the same value is sealed differently each time', async t => {
  const { path, keyFile, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret(value))
  await vault.set('b', new Secret(value))
  const text = await readFile(path, 'utf8')
  for (const shown of [value, Buffer.from(value).toString('base64url'), Buffer.from(value).toString('hex')]) {
    assert.ok(!text.includes(shown) && !(await readFile(keyFile, 'utf8')).includes(shown))
  }
  const [a, b] = JSON.parse(text).secrets
  assert.notEqual(a.versions[0].sealed, b.versions[0].sealed)
})

test('files are for their owner alone, also where they were not, and so are the folders made for them', async t => {
  const { path, keyFile, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret(value))
  await chmod(path, 0o644)
  await vault.set('b', new Secret(value))
  const modes = await Promise.all([path, keyFile, join(path, '..'), join(keyFile, '..')].map(at => stat(at)))
  assert.deepEqual(
    modes.map(({ mode }) => (mode & 0o777).toString(8)),
    ['600', '600', '700', '700'],
  )
  assert.deepEqual(
    [await readdir(join(path, '..')), await readdir(join(keyFile, '..'))],
    [['secrets.json'], ['vault.key']],
  )
})

test('opening and reading make no file', async t => {
  const { path, open } = await emptyPlace(t)
  const vault = await open()
  await vault.get('a')
  await vault.list()
  await vault.delete('a')
  await assert.rejects(stat(join(path, '..')), { code: 'ENOENT' })
})

test('a name that could leave its place or hide is refused, and not repeated', async t => {
  const { open } = await emptyPlace(t)
  const vault = await open()
  for (const name of [
    '',
    '.a',
    '-a',
    '_a',
    '__proto__',
    'a/b',
    'a@1',
    'a b',
    'a\n',
    'ä',
    'a'.repeat(65),
    `${value}!`,
  ]) {
    await assert.rejects(vault.set(name, new Secret('x')), coded('name-invalid'))
    await assert.rejects(vault.get(name), coded('name-invalid'))
    await assert.rejects(vault.delete(name), coded('name-invalid'))
  }
  assert.equal(await vault.set(`9.A_z-${'a'.repeat(58)}`, new Secret('x')), 1)
})

test('a value that UTF-8 would change is refused, and not repeated', async t => {
  const { open } = await emptyPlace(t)
  await assert.rejects((await open()).set('a', new Secret(`${value}\ud800`)), coded('value-invalid'))
})

test('another key ring is refused at opening and at every call, and nothing is written', async t => {
  const { path, keyFile, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret(value))
  const [kept, key] = [await readFile(path), await readFile(keyFile)]
  await rm(keyFile)
  const elsewhere = await openFileVault({
    path: `${path}.other`,
    key: { file: keyFile },
    clock: { now: () => now },
    randomBytes,
  })
  await elsewhere.set('a', new Secret('x'))
  for (const attempt of [open, () => vault.get('a'), () => vault.set('a', new Secret('x')), () => vault.rotate()]) {
    await assert.rejects(attempt(), coded('key-wrong'))
  }
  assert.deepEqual(await readFile(path), kept)
  await writeFile(keyFile, key)
  assert.equal((await (await open()).get('a'))?.reveal(), value)
})

test('a missing key ring is an error while there are secrets, and no new one is made', async t => {
  const { path, keyFile, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret(value))
  const kept = await readFile(path)
  await rm(keyFile)
  for (const attempt of [open, () => vault.set('a', new Secret('x')), () => vault.rotate()]) {
    await assert.rejects(attempt(), coded('key-missing'))
  }
  await assert.rejects(stat(keyFile), { code: 'ENOENT' })
  assert.deepEqual(await readFile(path), kept)
})

test('a key ring that others can read is refused', { skip: process.platform === 'win32' }, async t => {
  const { keyFile, open } = await emptyPlace(t)
  await (await open()).set('a', new Secret(value))
  for (const mode of [0o640, 0o604, 0o620]) {
    await chmod(keyFile, mode)
    await assert.rejects(open(), coded('key-exposed'))
  }
})

test('no flipped bit of the secrets file yields another value, name or version', async t => {
  const { path, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret(value))
  await vault.set('b', new Secret('other'))
  const kept = await readFile(path)
  const listed = await vault.list()
  for (let at = 0; at < kept.length; at++) {
    const changed = Buffer.from(kept)
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at)
    await writeFile(path, changed)
    try {
      assert.deepEqual(await vault.list(), listed)
      // Only white space between members may differ without a consequence.
      assert.match(String.fromCharCode(kept.readUInt8(at)), /\s/)
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      assert.ok(error.code === 'altered' || error.code === 'key-wrong', error.code)
    }
  }
})

test('a secrets file that was cut short, emptied, or had an entry renamed, removed or put back is refused', async t => {
  const { path, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret('one'))
  await vault.set('b', new Secret('two'))
  const text = await readFile(path, 'utf8')
  const file = JSON.parse(text)
  const [a, b] = file.secrets
  const altered = [
    '',
    text.slice(0, -20),
    '[]',
    'null',
    JSON.stringify({ ...file, secrets: [a] }),
    JSON.stringify({ ...file, secrets: [b, a] }),
    JSON.stringify({
      ...file,
      secrets: [
        { ...a, name: 'b' },
        { ...b, name: 'a' },
      ],
    }),
    JSON.stringify({ ...file, secrets: [a, { ...b, versions: a.versions }] }),
    JSON.stringify({ ...file, seal: undefined }),
    JSON.stringify({ ...file, vault: 2 }),
    `{"vault":1,${text.slice(1)}`,
  ]
  for (const changed of altered) {
    await writeFile(path, changed)
    await assert.rejects(open(), coded('altered'))
    await assert.rejects(vault.set('c', new Secret('x')), coded('altered'))
    assert.equal(await readFile(path, 'utf8'), changed)
  }
})

test('a value under another name or version stays shut, even where the whole file was sealed anew', async t => {
  const { path, keyFile, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret('one'))
  const file = JSON.parse(await readFile(path, 'utf8'))
  const key = await new KeyRing(keyFile, randomBytes).find(file.key)
  const [a] = file.secrets
  for (const moved of [
    { ...a, name: 'b' },
    { ...a, versions: [{ ...a.versions[0], version: 2 }] },
  ]) {
    await writeFile(path, writeSecretsFile(key, [moved], randomBytes))
    await assert.rejects(vault.get(moved.name), coded('altered'))
  }
})

test('no damage to the key ring is taken for a key, or shows one', async t => {
  const { keyFile, open } = await emptyPlace(t)
  await (await open()).set('a', new Secret(value))
  const text = await readFile(keyFile, 'utf8')
  const { key } = JSON.parse(text).keys[0]
  const damaged = [
    '',
    text.slice(0, -5),
    text.replace(key, key.slice(1)),
    text.replace(key, `A${key.slice(1)}`),
    `${key}`,
    '{}',
  ]
  for (const changed of damaged.filter(changed => changed !== text)) {
    await writeFile(keyFile, changed)
    await assert.rejects(open(), error => coded('altered')(error) && !inspect(error).includes(key.slice(4, 12)))
  }
})

test('a rotation seals everything with a new key, keeps the old one for backups, and loses nothing', async t => {
  const { path, keyFile, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret('one'))
  await vault.set('a', new Secret('two'))
  await vault.set('b', new Secret('three'))
  const backup = await readFile(path)
  await vault.rotate()
  const [before, after] = [JSON.parse(backup.toString()), JSON.parse(await readFile(path, 'utf8'))]
  assert.notEqual(after.key, before.key)
  assert.equal(JSON.parse(await readFile(keyFile, 'utf8')).keys.length, 2)
  assert.deepEqual(
    await Promise.all([vault.get('a', 1), vault.get('a'), vault.get('b')].map(async got => (await got)?.reveal())),
    ['one', 'two', 'three'],
  )
  await writeFile(path, backup)
  assert.equal((await vault.get('b'))?.reveal(), 'three')
})

test('a rotation that ended after its key was stored is finished by the next write', async t => {
  const { path, keyFile, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret('one'))
  const unfinished = await readFile(path)
  await vault.rotate()
  const rotated = JSON.parse(await readFile(path, 'utf8')).key
  await writeFile(path, unfinished)
  assert.equal((await vault.get('a'))?.reveal(), 'one')
  await vault.set('b', new Secret('two'))
  assert.equal(JSON.parse(await readFile(path, 'utf8')).key, rotated)
  assert.equal((await vault.get('a'))?.reveal(), 'one')
  assert.equal(JSON.parse(await readFile(keyFile, 'utf8')).keys.length, 2)
})

test('a file beyond its bound is neither read nor written, and what was there stays', async t => {
  const { path, open } = await emptyPlace(t)
  const vault = await open()
  await vault.set('a', new Secret(value))
  const kept = await readFile(path)
  await assert.rejects(vault.set('b', new Secret('x'.repeat(2 ** 24))), coded('too-large'))
  assert.deepEqual(await readFile(path), kept)
  assert.deepEqual(await readdir(join(path, '..')), ['secrets.json'])
  await truncate(path, 2 ** 24 + 1)
  await assert.rejects(open(), coded('too-large'))
})

test('a folder in the place of a file is refused', async t => {
  const { path, open } = await emptyPlace(t)
  await mkdir(path, { recursive: true })
  await assert.rejects(open(), coded('altered'))
})

test('a vault shows nothing of its keys or secrets when it is inspected', async t => {
  const { path } = await emptyPlace(t)
  const key = { passphrase: new Secret('do-not-show-this-passphrase') }
  const vault = await openFileVault({ path, key, clock: { now: () => now }, randomBytes })
  assert.doesNotMatch(inspect(vault, { depth: 10, showHidden: true }), /do-not-show/)
})

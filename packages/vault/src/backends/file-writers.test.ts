import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Secret } from '@sallyport/core'
import { openFileVault } from './file.ts'

async function emptyFolder(t: { after(undo: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vault-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

const openIn = (folder: string, file = 'secrets.json') =>
  openFileVault({
    path: join(folder, file),
    key: { file: join(folder, 'vault.key') },
    clock: { now: () => 0 },
    randomBytes,
  })

const writer = `
  import { randomBytes } from 'node:crypto'
  import { Secret } from ${JSON.stringify(import.meta.resolve('@sallyport/core'))}
  import { openFileVault } from ${JSON.stringify(new URL('./file.ts', import.meta.url).href)}
  const [folder, name] = process.argv.slice(1)
  const key = { file: folder + '/vault.key' }
  const vault = await openFileVault({ path: folder + '/secrets.json', key, clock: { now: () => 0 }, randomBytes })
  for (let i = 0; i < 10; i++) await vault.set(name + i, new Secret(name + i))
`

test('processes that write at once into a new vault agree on one key and lose no secret of each other', async t => {
  const folder = await emptyFolder(t)
  const run = (name: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', writer, folder, name])
  await Promise.all([run('left'), run('right')])
  const vault = await openIn(folder)
  assert.equal((await vault.list()).length, 20)
  for (const { name } of await vault.list()) assert.equal((await vault.get(name))?.reveal(), name)
  assert.equal(JSON.parse(await readFile(join(folder, 'vault.key'), 'utf8')).keys.length, 1)
  assert.deepEqual(await readdir(folder), ['secrets.json', 'vault.key'])
})

test('writes, deletions and rotations at once, by two users of one process, leave what any order of them leaves', async t => {
  const folder = await emptyFolder(t)
  const [one, other] = await Promise.all([openIn(folder), openIn(folder)])
  const names = Array.from({ length: 8 }, (_, i) => `name${i}`)
  await one.set('gone', new Secret('gone'))
  await Promise.all([
    ...names.map(name => one.set(name, new Secret(name))),
    ...names.map(name => other.set(name, new Secret(name))),
    one.rotate(),
    other.delete('gone'),
  ])
  assert.deepEqual(
    (await one.list()).map(({ name, versions }) => [name, versions]),
    names.map(name => [name, [1, 2]]),
  )
  for (const name of names) assert.equal((await other.get(name, 2))?.reveal(), name)
})

test('a write that fails does not hold up those after it', async t => {
  const vault = await openIn(await emptyFolder(t))
  const [refused, kept] = await Promise.allSettled([
    vault.set('big', new Secret('x'.repeat(2 ** 24))),
    vault.set('small', new Secret('x')),
  ])
  assert.deepEqual([refused.status, kept.status], ['rejected', 'fulfilled'])
})

test('vaults that share a key ring can rotate at once without losing a key of each other', async t => {
  const folder = await emptyFolder(t)
  const vaults = await Promise.all(['one', 'two', 'three'].map(file => openIn(folder, file)))
  await Promise.all(vaults.map(vault => vault.set('a', new Secret('value'))))
  await Promise.all(vaults.map(vault => vault.rotate()))
  for (const vault of vaults) assert.equal((await vault.get('a'))?.reveal(), 'value')
  assert.equal(JSON.parse(await readFile(join(folder, 'vault.key'), 'utf8')).keys.length, 4)
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFileVault } from '@sallyport/vault'
import { emptyFolder, now } from '../example-ports.ts'

test('a secret goes into the vault under --data, sealed, and comes out of it only for the gateway', async t => {
  const { folder, run } = await emptyFolder(t)
  const set = await run(['secret', 'set', 'github'], { stdin: 'gh-s3cret\n' })
  assert.equal(set.status, 0)
  const again = await run(['secret', 'set', 'github', '--value', 'env:TOKEN', '--json'], { env: { TOKEN: 'gh-n3w' } })
  assert.deepEqual(JSON.parse(again.out), { name: 'github', version: 2 })
  const data = join(folder, '.sallyport')
  const kept = await Promise.all((await readdir(data)).map(name => readFile(join(data, name), 'utf8')))
  const listed = await run(['secret', 'list'])
  for (const seen of [...kept, set.out, set.err, listed.out]) assert.doesNotMatch(seen, /gh-(?:s3cret|n3w)/)
  const vault = await openFileVault({
    ...{ path: join(data, 'secrets.json'), key: { file: join(data, 'vault.key') } },
    ...{ clock: { now: () => now }, randomBytes },
  })
  assert.equal((await vault.get('github'))?.reveal(), 'gh-n3w')
  assert.equal((await vault.get('github', 1))?.reveal(), 'gh-s3cret')
})

test('secrets are listed by name and deleted for good', async t => {
  const { run } = await emptyFolder(t)
  await run(['secret', 'set', 'github', '--data', 'state'], { stdin: 'x' })
  const { out } = await run(['secret', 'list', '--data', 'state', '--json'])
  assert.deepEqual(JSON.parse(out), [{ name: 'github', versions: [1], created: '2026-01-02T03:04:05.678Z' }])
  assert.equal((await run(['secret', 'delete', 'github', '--data', 'state'])).status, 0)
  assert.equal((await run(['secret', 'delete', 'github', '--data', 'state'])).status, 1)
  assert.deepEqual(JSON.parse((await run(['secret', 'list', '--data', 'state', '--json'])).out), [])
})

test('an empty secret and a bad name are refused', async t => {
  const { run } = await emptyFolder(t)
  assert.equal((await run(['secret', 'set', 'github'], { stdin: '\n' })).status, 1)
  assert.equal((await run(['secret', 'set', 'a b'], { stdin: 'x' })).status, 1)
  assert.equal((await run(['secret', 'set', 'github', 'value'], { stdin: 'x' })).status, 2)
})

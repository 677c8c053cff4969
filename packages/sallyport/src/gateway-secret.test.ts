import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { keysFromSecret } from './gateway-secret.ts'

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-secret-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

const text = (key: Uint8Array) => Buffer.from(key).toString('hex')

test('a key is the same after a restart, another for each purpose, and another under each data folder', async t => {
  const [folder, other] = [await folderFor(t), await folderFor(t)]
  const [first, again, elsewhere] = [
    await keysFromSecret(folder),
    await keysFromSecret(folder),
    await keysFromSecret(other),
  ]
  assert.equal(text(first('one')), text(again('one')))
  assert.notEqual(text(first('one')), text(first('two')))
  assert.notEqual(text(first('one')), text(elsewhere('one')))
  assert.equal(first('one').length, 32)
  assert.equal((await stat(join(folder, 'gateway.secret'))).mode & 0o777, 0o600)
})

test('a file that holds no secret is told of, never taken for one', async t => {
  const folder = await folderFor(t)
  for (const content of ['', 'short', 'A'.repeat(42)]) {
    await writeFile(join(folder, 'gateway.secret'), content, { mode: 0o600 })
    await assert.rejects(keysFromSecret(folder), /holds no secret/)
  }
})

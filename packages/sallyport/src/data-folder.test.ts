import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { callerKey } from './data-folder.ts'

async function folderFor(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'data-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return { folder, path: join(folder, 'caller.key') }
}

test('the key that tells backends who calls is made once, for its owner alone', async t => {
  const { folder, path } = await folderFor(t)
  const made = await callerKey(folder)
  assert.equal((await callerKey(folder)).kid, made.kid)
  if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('a key that others may read is refused: they could tell backends that anybody calls', {
  skip: process.platform === 'win32',
}, async t => {
  const { folder, path } = await folderFor(t)
  await callerKey(folder)
  for (const mode of [0o644, 0o640, 0o606]) {
    await chmod(path, mode)
    await assert.rejects(callerKey(folder), /caller\.key can be read by others/)
  }
})

test('a key file that a crash left empty is named, with what to do', async t => {
  const { folder, path } = await folderFor(t)
  await writeFile(path, '', { mode: 0o600 })
  await assert.rejects(callerKey(folder), /caller\.key holds no key: delete it/)
})

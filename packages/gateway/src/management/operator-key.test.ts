import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openOperatorKey } from './operator-key.ts'

test("the operator's key is made once, for its owner alone, and an exposed one is refused", async t => {
  const folder = await mkdtemp(join(tmpdir(), 'key-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'data', 'operator.key')
  const key = await openOperatorKey(path, randomBytes)
  assert.match(key.reveal(), /^[A-Za-z0-9_-]{43}$/)
  assert.equal((await openOperatorKey(path, randomBytes)).reveal(), key.reveal())
  await writeFile(path, 'short')
  await assert.rejects(openOperatorKey(path, randomBytes), /holds no operator's key/)
  if (process.platform === 'win32') return
  await chmod(path, 0o640)
  await assert.rejects(openOperatorKey(path, randomBytes), /can be read by others/)
})

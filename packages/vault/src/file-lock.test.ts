import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { withLock } from './file-lock.ts'

const pause = () => Promise.resolve()

async function lockPath(t: { after(undo: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vault-lock-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'lock')
}

test('work under one lock never runs at once', async t => {
  const lock = await lockPath(t)
  let running = 0
  const work = async () => {
    running++
    assert.equal(running, 1)
    await new Promise(resolve => setImmediate(resolve))
    running--
  }
  await Promise.all(Array.from({ length: 20 }, () => withLock(lock, work, () => new Promise(setImmediate))))
})

test('a lock is given back when the work fails', async t => {
  const lock = await lockPath(t)
  await assert.rejects(
    withLock(lock, () => Promise.reject(new Error('no')), pause),
    /no/,
  )
  assert.equal(await withLock(lock, async () => 'done', pause), 'done')
})

test('a lock that stands still is broken, and leaves nothing behind', async t => {
  const lock = await lockPath(t)
  await writeFile(lock, '')
  assert.equal(await withLock(lock, async () => 'done', pause), 'done')
  assert.deepEqual(await readdir(join(lock, '..')), [])
})

test('a lock that keeps changing hands is not broken', async t => {
  const lock = await lockPath(t)
  await writeFile(lock, '')
  let pauses = 0
  const changingHands = async () => {
    pauses++
    await rm(lock)
    if (pauses < 1000) await writeFile(lock, '')
  }
  await withLock(lock, pause, changingHands)
  assert.equal(pauses, 1000)
})

test('one that lost its lock while it slept is told so before it writes, and leaves the new lock alone', async t => {
  const lock = await lockPath(t)
  const slept = withLock(
    lock,
    async checkHeld => {
      await checkHeld()
      await rm(lock)
      await writeFile(lock, '')
      await checkHeld()
    },
    pause,
  )
  await assert.rejects(slept, { name: 'VaultError', code: 'busy' })
  assert.deepEqual(await readdir(join(lock, '..')), ['lock'])
})

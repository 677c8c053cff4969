import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openRing, type RingOptions } from './ring.ts'

const idOf = (number: number) => number.toString(16).padStart(32, '0')
const lineOf = (number: number, more = '') => `{"id":"${idOf(number)}","path":"/${more}"}`

async function place(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'ring-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const errors: Error[] = []
  const open = async (options: Partial<RingOptions> = {}) => {
    const ring = await openRing({
      folder: join(folder, 'calls'),
      onError: error => errors.push(error),
      elapsed: () => 0,
      ...options,
    })
    t.after(() => ring.close())
    return ring
  }
  return { folder, calls: join(folder, 'calls'), errors, open }
}

test('a call is found as soon as it was written, and one that was never written is not', async t => {
  const { open } = await place(t)
  const ring = await open()
  ring.write(lineOf(1))
  ring.write(lineOf(2))
  assert.equal(await ring.find(idOf(1)), lineOf(1))
  assert.equal(await ring.find(idOf(2)), lineOf(2))
  assert.equal(await ring.find(idOf(3)), undefined)
  assert.equal(await ring.find(idOf(1).slice(0, 31)), undefined)
})

test('an id that stands within another line finds nothing', async t => {
  const { open } = await place(t)
  const ring = await open()
  ring.write(lineOf(1, `","nested":{"id":"${idOf(2)}"},"x":"`))
  assert.equal(await ring.find(idOf(2)), undefined)
})

test('lines longer than a piece, and lines across pieces, are found whole', async t => {
  const { open } = await place(t)
  const ring = await open()
  for (let i = 0; i < 40; i++) ring.write(lineOf(i, 'é'.repeat(i * 5000)))
  for (let i = 0; i < 40; i++) assert.equal(await ring.find(idOf(i)), lineOf(i, 'é'.repeat(i * 5000)))
  const last = await ring.last(12)
  assert.deepEqual(
    last.map(line => line.length),
    Array.from({ length: 12 }, (_, i) => lineOf(39 - i, 'é'.repeat((39 - i) * 5000)).length),
  )
})

test('the last lines come newest first, across files', async t => {
  const { open, calls } = await place(t)
  const ring = await open({ fileBytes: 200 })
  for (let i = 0; i < 10; i++) {
    ring.write(lineOf(i))
    await ring.flush()
  }
  assert.deepEqual(
    await ring.last(7),
    [9, 8, 7, 6, 5, 4, 3].map(i => lineOf(i)),
  )
  assert.equal((await readdir(calls)).length, 4)
  assert.equal((await ring.last(100)).length, 10)
})

test('the oldest file goes when the bound is reached, so the ring never grows beyond it', async t => {
  const { open, calls } = await place(t)
  const ring = await open({ fileBytes: 1000, files: 3 })
  for (let i = 0; i < 500; i++) {
    ring.write(lineOf(i))
    if (i % 5 === 0) await ring.flush()
  }
  await ring.flush()
  const names = await readdir(calls)
  const sizes = await Promise.all(names.map(async name => (await stat(join(calls, name))).size))
  assert.equal(names.length, 3)
  assert.ok(sizes.every(size => size <= 1000))
  assert.equal(await ring.find(idOf(0)), undefined)
  assert.equal(await ring.find(idOf(499)), lineOf(499))
})

test('after a restart the old calls are still found, in the same file while it has room', async t => {
  const { open, calls } = await place(t)
  const before = await open()
  before.write(lineOf(1))
  before.close()
  const after = await open()
  after.write(lineOf(2))
  assert.deepEqual(await after.last(5), [lineOf(2), lineOf(1)])
  assert.deepEqual(await readdir(calls), ['00000001.jsonl'])
})

test('a line that a crash cut off is ignored and spoils no other', async t => {
  const { open, calls } = await place(t)
  await (await open()).flush()
  await appendFile(join(calls, '00000001.jsonl'), `${lineOf(1)}\n${lineOf(2).slice(0, 30)}`)
  const ring = await open()
  ring.write(lineOf(3))
  assert.deepEqual(await ring.last(5), [lineOf(3), lineOf(1)])
  assert.equal(await ring.find(idOf(2)), undefined)
  assert.equal(await ring.find(idOf(3)), lineOf(3))
})

test('close writes what is left before it returns', async t => {
  const { open, calls } = await place(t)
  const ring = await open()
  ring.write(lineOf(1))
  ring.close()
  assert.equal(await readFile(join(calls, '00000001.jsonl'), 'utf8'), `${lineOf(1)}\n`)
})

test('only the owner may read what is recorded', { skip: process.platform === 'win32' }, async t => {
  const { open, calls } = await place(t)
  const ring = await open()
  ring.write(lineOf(1))
  await ring.flush()
  assert.equal((await stat(calls)).mode & 0o777, 0o700)
  assert.equal((await stat(join(calls, '00000001.jsonl'))).mode & 0o777, 0o600)
})

test('a failing disk breaks no call, is reported once a minute, and is tried again', async t => {
  const { folder, calls, errors, open } = await place(t)
  await writeFile(calls, 'a file where the folder should be')
  let now = 0
  const ring = await open({ elapsed: () => now })
  assert.equal(ring.healthy, false)
  ring.write(lineOf(1))
  await ring.flush()
  assert.equal(errors.length, 1)
  now = 60_000
  ring.write(lineOf(2))
  await ring.flush()
  assert.equal(errors.length, 2)
  await rm(join(folder, 'calls'))
  ring.write(lineOf(3))
  await ring.flush()
  assert.equal(ring.healthy, true)
  assert.deepEqual(await ring.last(5), [lineOf(3)])
})

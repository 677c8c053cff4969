import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorkQueue, WorkQueueFull } from './work-queue.ts'

function task() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const state = { started: false }
  const work = () => {
    state.started = true
    return promise
  }
  return { state, work, resolve, reject }
}

const settled = () => new Promise(setImmediate)

test('so many run, so many wait, and one more is refused before it begins', async () => {
  const queue = createWorkQueue({ running: 2, waiting: 1 })
  const tasks = [task(), task(), task(), task()]
  const runs = tasks.map(({ work }) => queue.run(work))
  await assert.rejects(runs[3] ?? Promise.resolve(), WorkQueueFull)
  assert.deepEqual(
    tasks.map(({ state }) => state.started),
    [true, true, false, false],
  )
  tasks[0]?.resolve('first')
  assert.equal(await runs[0], 'first')
  await settled()
  assert.deepEqual(
    tasks.map(({ state }) => state.started),
    [true, true, true, false],
  )
  tasks[1]?.resolve('second')
  tasks[2]?.resolve('third')
  assert.deepEqual(await Promise.all(runs.slice(0, 3)), ['first', 'second', 'third'])
  assert.equal(await queue.run(async () => 'later'), 'later')
})

test('work that fails gives its place back', async () => {
  const queue = createWorkQueue({ running: 1, waiting: 0 })
  await assert.rejects(
    queue.run(() => Promise.reject(new Error('failed'))),
    /failed/,
  )
  await assert.rejects(
    queue.run(() => assert.fail('thrown at once')),
    /thrown at once/,
  )
  assert.equal(await queue.run(async () => 'free'), 'free')
})

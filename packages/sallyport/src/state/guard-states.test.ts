import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openGuardStates } from './guard-states.ts'

const rule = { owner: 'dns', name: 'ownership' }

async function pathFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-state-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'guard-state.jsonl')
}

test('what was put is there when the file is opened again, and what was taken away is not', async t => {
  const path = await pathFor(t)
  const first = await openGuardStates(path)
  const state = first.stateOf(rule)
  await state.put(
    new Map([
      ['a', 1],
      ['__proto__', 2],
    ]),
  )
  await Promise.all([state.put(new Map([['a', undefined]])), state.put(new Map([['b', 3]]))])
  await first.close()
  const second = await openGuardStates(path)
  const again = second.stateOf(rule)
  assert.deepEqual([again.get('a'), again.get('b'), again.get('__proto__')], [undefined, 3, 2])
  assert.equal(second.stateOf({ owner: 'other', name: 'ownership' }).get('b'), undefined)
  await second.close()
})

test('half a line that a crash left is cut off, and what is put next stands on a line of its own', async t => {
  const path = await pathFor(t)
  const first = await openGuardStates(path)
  await first.stateOf(rule).put(new Map([['a', 1]]))
  await first.close()
  await appendFile(path, '{"rule":"dns ownership","changes":[["a",2]]}')
  const second = await openGuardStates(path)
  assert.equal(second.stateOf(rule).get('a'), 1)
  await second.stateOf(rule).put(new Map([['b', 2]]))
  await second.close()
  const third = await openGuardStates(path)
  assert.deepEqual([third.stateOf(rule).get('a'), third.stateOf(rule).get('b')], [1, 2])
  await third.close()
})

test('a file that says something else is refused, naming the line: what it said must not be forgotten', async t => {
  const path = await pathFor(t)
  await writeFile(path, '{"rule":"dns ownership","changes":[["a",1]]}\n{"rule":"dns ownership"}\n')
  await assert.rejects(openGuardStates(path), /guard-state\.jsonl can't be read.*line 2/)
})

test('a file of many changes is written anew when it is opened, and says the same', async t => {
  const path = await pathFor(t)
  const line = (i: number) => `{"rule":"dns ownership","changes":[["a",${i}]]}\n`
  await writeFile(path, Array.from({ length: 1100 }, (_, i) => line(i)).join(''))
  const states = await openGuardStates(path)
  assert.equal(await readFile(path, 'utf8'), line(1099))
  await states.stateOf(rule).put(new Map([['b', 1]]))
  assert.equal(states.stateOf(rule).get('a'), 1099)
  await states.close()
})

test('a key that one call holds no other gets, before it is let go', async t => {
  const states = await openGuardStates(await pathFor(t))
  const release = states.stateOf(rule).hold(['a', 'b'])
  assert.equal(states.stateOf(rule).hold(['b', 'c']), undefined)
  release?.()
  release?.()
  assert.notEqual(states.stateOf(rule).hold(['b', 'c']), undefined)
  await states.close()
})

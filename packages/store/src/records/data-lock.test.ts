import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lockDataFolder } from './data-lock.ts'

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-lock-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const inUse = /is in use: another gateway or application keeps its data there/

test('a folder that one gateway has no other gets, until it is let go', async t => {
  const folder = await folderFor(t)
  const release = lockDataFolder(folder)
  assert.throws(() => lockDataFolder(folder), inUse)
  assert.throws(() => lockDataFolder(folder), inUse)
  release()
  lockDataFolder(folder)()
})

test('a process that is killed leaves no lock behind', async t => {
  const folder = await folderFor(t)
  const program = join(folder, 'holder.mjs')
  const module = new URL('data-lock.ts', import.meta.url).href
  const lines = [
    `import { lockDataFolder } from ${JSON.stringify(module)}`,
    `const release = lockDataFolder(${JSON.stringify(folder)})`,
    "process.on('message', release)",
    "process.send('held')",
  ]
  await writeFile(program, lines.join('\n'))
  const holder = fork(program)
  t.after(() => holder.kill('SIGKILL'))
  await once(holder, 'message')
  assert.throws(() => lockDataFolder(folder), inUse)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  lockDataFolder(folder)()
})

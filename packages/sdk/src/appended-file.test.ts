import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppendedFile } from './appended-file.ts'

test('lines beyond what may wait are lost, which is told once; what waited is written whole and in order', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'appended-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'lines.log')
  const faults: unknown[] = []
  const file = new AppendedFile(path, fault => faults.push(fault))
  const line = `${'x'.repeat(1023)}\n`
  for (let i = 0; i < 3000; i++) file.add(line)
  await file.flush()
  assert.equal(faults.length, 1)
  const written = (await readFile(path, 'utf8')).split('\n').filter(text => text !== '')
  assert.equal(written.length, 1 + 1024)
  assert.ok(written.every(text => text.length === 1023))
  file.add('last\n')
  await file.flush()
  assert.ok((await readFile(path, 'utf8')).endsWith('\nlast\n'))
})

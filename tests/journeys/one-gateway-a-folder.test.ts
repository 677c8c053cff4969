import assert from 'node:assert/strict'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderWith, sallyport, up } from '../harness/command.ts'

const yaml = `
sallyport: 1
gateway: { http: 0, management: 0, log: off }
apis:
  shop: { path: /shop, identify: anonymous, authorize: anyone, forward: { to: "http://127.0.0.1:9" } }
`

test('a second gateway on a data folder does not start, and leaves what the first one keeps as it is', async t => {
  const folder = await folderWith(t, { 'sallyport.yaml': yaml })
  const [data, state] = [join(folder, '.sallyport'), join(folder, '.sallyport/guard-state.jsonl')]
  const first = await up(t, folder)
  // Half a line: what the first is about to write. Whoever opens the file for itself cuts that off.
  await appendFile(state, '{"rule":"shop own","changes":[["a",1]]}\n{"rule":')
  const { status, err } = await sallyport(folder, ['up'])
  assert.equal(status, 1)
  assert.equal(err, `sallyport: ${data} is in use: another gateway or application keeps its data there\n`)
  assert.match(await readFile(state, 'utf8'), /\n\{"rule":$/)
  first.signal('SIGKILL')
  await first.ended
  const third = await up(t, folder)
  assert.equal(third.err.text, '')
  assert.match(await readFile(state, 'utf8'), /\[\["a",1\]\]\}\n$/)
})

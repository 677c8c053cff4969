import assert from 'node:assert/strict'
import { exec, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { Heard } from '../../tests/harness/heard.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = await mkdtemp(join(tmpdir(), 'warehouse-'))
const ports = ['--http', '0', '--management', '0', '--api', '0']
const args = [join(import.meta.dirname, 'start.ts'), ...ports, '--folder', folder]
const example = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
const heard = new Heard(example.stdout)

/** The Node that runs us comes first, as in `npm start`. */
const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }
const shell = promisify(exec)
const typed = async (line: string) => (await shell(line, { cwd: root, env })).stdout

/** The line that is printed under these words. */
function lineUnder(words: string): string {
  const [, after] = heard.text.split(words)
  const [, line = ''] = /^[^\n]*\n {4}(.+)\n/.exec(after ?? '') ?? []
  return line
}

before(() => heard.said('Ctrl-C stops it'))
after(async () => {
  example.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

test('the allowed call is answered by the warehouse', async () => {
  const answer = await typed(lineUnder('An allowed call'))
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(answer, /"items":\[\{"id":"bolt"/)
})

test('the refused call is refused for its scope; the sixth of six is too much', async () => {
  const answer = await typed(lineUnder('A refused one'))
  assert.match(answer, /^HTTP\/1\.1 403 Forbidden\r\n/)
  assert.match(answer, /"missing":\{"scopes":\["order_item"\]\}/)
  assert.equal(await typed(lineUnder('A limited one')), '200\n200\n200\n200\n200\n429\n')
})

test('the calls are listed with their ids, and an id tells why', async () => {
  const list = await typed(lineUnder('the last calls'))
  const [, id = ''] = /POST \/warehouse\/orders +403 +scope-missing .* ([0-9a-f]{32})\n/.exec(list) ?? []
  const why = await typed(lineUnder('Ask with an id').replace('CALL-ID', id))
  assert.match(why, /✗ authorize {2}openapi: scope order_item\n/)
  assert.match(why, /What to do: /)
})

test('a call that was never made is explained too', async () => {
  const why = await typed(lineUnder('never made'))
  assert.match(why, /^POST \/warehouse\/orders {2}403 scope-missing\n/)
  assert.match(why, /missing scopes: order_item/)
})

test('told to stop, it stops in order', async () => {
  const exit = once(example, 'exit')
  example.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null])
})

import assert from 'node:assert/strict'
import { exec, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { eventually } from '../../tests/harness/eventually.ts'
import { Heard } from '../../tests/harness/heard.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = await mkdtemp(join(tmpdir(), 'bot-'))
const ports = ['--http', '0', '--management', '0', '--api', '0']
const args = [join(import.meta.dirname, 'start.ts'), ...ports, '--folder', folder]
const example = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
const heard = new Heard(example.stdout)

/** The Node that runs us comes first, as in `npm run bot`. */
const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }
const shell = promisify(exec)

/** What the line that is printed under these words does when it is typed. */
async function tried(words: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const [, after] = heard.text.split(words)
  const [, line = ''] = /^[^\n]*\n {4}(.+)\n/.exec(after ?? '') ?? []
  assert.ok(line !== '', words)
  return shell(line, { cwd: root, env })
}

before(() => heard.said('Ctrl-C stops it'))
after(async () => {
  example.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

test('[M22] a token is made of the whole key that may label and nothing else, with lines to paste', async () => {
  const { stderr } = await tried('Make a token')
  assert.match(stderr, /^Good for github http:/)
  assert.match(stderr, /\n {2}Octokit\n/)
})

test('[M22] the bot labels an issue; closing it is 403, and the answer says why', async () => {
  const labelled = (await tried('The bot labels')).stdout
  assert.match(labelled, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(labelled, /\[\{"name":"bug"\}\]$/)
  const closed = (await tried('may not close')).stdout
  assert.match(closed, /^HTTP\/1\.1 403 Forbidden\r\n/)
  assert.match(closed, /"message":"The token does not permit this/)
  assert.match((await tried('Why?')).stdout, /refused by \S+: not-permitted/)
})

test('[M22] what the bot hands on is less: one issue, and no other', async () => {
  await tried('hands on less')
  assert.match((await tried('may label the one')).stdout, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match((await tried('may not label another')).stdout, /^HTTP\/1\.1 403 Forbidden\r\n/)
  const list = (await tried('of all that GitHub has')).stdout
  assert.match(
    list,
    /^partly +POST \/repos\/\{owner\}\/\{repo\}\/issues\/\{issue_number\}\/labels +such as POST \/repos\/octocat\/hello\/issues\/1\/labels\ndenied /,
  )
})

test('the bot’s token is ended, and with it what was made of it', async () => {
  await tried('End the bot')
  const isOver = async () => (await tried('may label the one')).stdout.startsWith('HTTP/1.1 401 ')
  await eventually('the helper is ended', isOver)
})

test('told to stop, it stops in order', async () => {
  const exit = once(example, 'exit')
  example.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null])
})

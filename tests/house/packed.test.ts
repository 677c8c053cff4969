import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { buildCommand } from '../../scripts/build/command.ts'
import { ROOT } from '../../scripts/child.ts'
import { env, execute, installed, packed } from '../harness/packed.ts'

const work = mkdtempSync(join(tmpdir(), 'sallyport-packed-'))
const built = join(work, 'built')
const empty = join(work, 'empty')
/** What a user's shell has: none of what tests are run with. */
const outside: NodeJS.ProcessEnv = { ...env }
delete outside.NODE_TEST_CONTEXT

before(async () => {
  await buildCommand(built)
  mkdirSync(empty)
  await installed(empty, await packed(built, work))
})

after(() => rmSync(work, { recursive: true, force: true }))

test('the packed command brings its licence and readme, and of the TypeScript its types alone', () => {
  const files = readdirSync(join(empty, 'node_modules/sallyport'), { recursive: true }).map(String)
  assert.ok(['LICENSE', 'README.md', 'package.json', 'main.js'].every(name => files.includes(name)))
  assert.deepEqual(
    files.filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts')),
    [],
  )
})

test('the packed command brings the JSON Schema from which editors complete sallyport.yaml', () => {
  const schema = JSON.parse(readFileSync(join(empty, 'node_modules/sallyport/sallyport.schema.json'), 'utf8'))
  assert.ok('apis' in schema.properties)
})

test('the packed command brings the presets, and names the nearest', async () => {
  const wrong = execute('npx', ['sallyport', 'up', '--api', 'githb'], { cwd: empty, env })
  await assert.rejects(wrong, /there is no preset githb; did you mean github\?/)
})

test('the packed command brings what a project of the framework is made of', async () => {
  const { stdout } = await execute('npx', ['sallyport', 'init', '--sdk', 'shop', '--json'], { cwd: empty, env })
  for (const file of JSON.parse(stdout).files) assert.ok(existsSync(join(empty, 'shop', file)), file)
})

test('the packed command, installed in an empty folder, says what it can do', async () => {
  const { stdout } = await execute('npx', ['sallyport', '--help'], { cwd: empty, env })
  assert.match(stdout, /^ {2}up /m)
})

test('tests of a gateway are typed by the packed command, and run by it', async () => {
  const folder = join(empty, 'tested')
  mkdirSync(folder)
  const operations = '{ GET /here: { identify: anonymous, authorize: { policy: here.cedar } } }'
  const open = `{ path: /open, forward: { to: http://127.0.0.1:9 }, operations: ${operations} }`
  writeFileSync(join(folder, 'sallyport.yaml'), `{ sallyport: 1, gateway: { http: 0 }, apis: { open: ${open} } }`)
  writeFileSync(join(folder, 'here.cedar'), 'permit (principal is User, action, resource);')
  const program = `
import { test } from 'node:test'
import { gateway } from 'sallyport/testing'
const open = gateway('sallyport.yaml')
test('users only', async () => {
  await open.as({ user: 'ann' }).get('/open/here').allowed()
  const { status } = await open.get('/open/here').refused({ by: 'policy here.cedar' })
  status satisfies number
})
// @ts-expect-error: there is no such member
export const wrong = () => open.get('/').refused({ polcy: 'a' })
`
  writeFileSync(join(folder, 'here.test.ts'), program)
  const strict = { strict: true, module: 'nodenext', target: 'es2024', noEmit: true, types: ['node'] }
  const types = [join(ROOT, 'node_modules/@types')]
  const settings = { compilerOptions: { ...strict, typeRoots: types }, files: ['here.test.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  await execute(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder])
  const { stdout } = await execute(join(empty, 'node_modules/.bin/sallyport'), ['test', '--strict', '--json'], {
    cwd: folder,
    env: outside,
  })
  assert.equal(JSON.parse(stdout).strict, true)
})

test('the packed command guards an API, and ends in order when it is told to', async t => {
  const backend = createServer((_request, response) => response.end('from the backend')).listen(0, '127.0.0.1')
  t.after(() => backend.close())
  await once(backend, 'listening')
  const address = backend.address()
  assert.ok(address !== null && typeof address === 'object')
  writeFileSync(
    join(empty, 'sallyport.yaml'),
    `
sallyport: 1
gateway: { http: 0, management: 0 }
apis:
  open:
    path: /open
    forward: { to: http://127.0.0.1:${address.port} }
    operations:
      GET /here: { identify: anonymous, authorize: anyone }
`,
  )
  const up = spawn(join(empty, 'node_modules/.bin/sallyport'), ['up'], { cwd: empty, env })
  t.after(() => up.kill('SIGKILL'))
  const url = await firstUrl(up.stdout)
  assert.equal(await (await fetch(`${url}/open/here`)).text(), 'from the backend')
  assert.equal((await fetch(`${url}/open/elsewhere`)).status, 404)
  const exit = once(up, 'exit')
  up.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null])
})

/** The first address that the command prints: the gateway's. */
async function firstUrl(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) {
    const [url] = /http:\/\/[\w.:]+/.exec(line) ?? []
    if (url) return url
  }
  throw new Error('the command ended without printing an address')
}

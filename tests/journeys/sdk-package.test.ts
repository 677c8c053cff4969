import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildSdk } from '../../scripts/build/sdk.ts'
import { ROOT } from '../../scripts/child.ts'
import { sallyport } from '../harness/command.ts'
import { Heard } from '../harness/heard.ts'
import { env, execute, installed, lockedPackage, packed } from '../harness/packed.ts'
import { bundleWorker } from '../harness/worker-bundle.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

const work = mkdtempSync(join(tmpdir(), 'sallyport-packed-sdk-'))
const project = join(work, 'project')
const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
let archive = ''

/** What a user's shell has: none of what tests are run with. */
const outside: NodeJS.ProcessEnv = { ...env }
delete outside.NODE_TEST_CONTEXT

/** As strict as a user may be, libraries' own declarations judged too. */
const strict = {
  ...{ target: 'es2022', module: 'nodenext', types: ['node'], noEmit: true, skipLibCheck: false },
  ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
}

const settings = (more: object, ...files: readonly string[]) =>
  JSON.stringify({ compilerOptions: { ...strict, ...more }, files })

const checked = (settingsFile: string) =>
  execute(process.execPath, [compiler, '-p', settingsFile], { cwd: project, env })
const ran = (file: string) => execute(process.execPath, [file], { cwd: project, env })

before(async () => {
  const built = join(work, 'built')
  await buildSdk(built)
  archive = await packed(built, work)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
  await installed(project, archive, lockedPackage('zod'), lockedPackage('@types/node'))
})

after(() => rmSync(work, { recursive: true, force: true }))

test('the packed SDK is less than 480 kB, and brings its licence, its readme, and none of its sources', () => {
  assert.ok(statSync(archive).size < 480_000, String(statSync(archive).size))
  const folder = join(project, 'node_modules/@sallyport/sdk')
  for (const name of ['LICENSE', 'README.md', 'index.js', 'types/sdk/index.d.ts'])
    assert.ok(existsSync(join(folder, name)))
  assert.deepEqual(globSync('**/*.ts', { cwd: folder, exclude: ['**/*.d.ts'] }), [])
})

test('it installs no more than 16 packages, each at one exact version', () => {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'))
  assert.ok(Object.keys(packages).length <= 16 + 1, Object.keys(packages).join())
  const { dependencies } = packages['node_modules/@sallyport/sdk']
  for (const [name, version] of Object.entries(dependencies)) assert.match(String(version), /^\d+\.\d+\.\d+$/, name)
})

test('the program of its readme is well typed, with nothing skipped, and runs', async () => {
  const [program] = blocksOf(pageAt('packages/sdk/README.md')).flatMap(({ language, text }) =>
    language === 'ts' ? [text] : [],
  )
  assert.ok(program !== undefined)
  writeFileSync(join(project, 'readme.ts'), program)
  writeFileSync(join(project, 'readme.json'), settings({}, 'readme.ts'))
  await checked('readme.json')
  writeFileSync(join(project, 'bundler.json'), settings({ module: 'esnext', moduleResolution: 'bundler' }, 'readme.ts'))
  await checked('bundler.json')
  const { stdout } = await ran('readme.ts')
  const [done, ...refused] = stdout.trim().split('\n')
  assert.equal(done, "201 { item: 'bolt', count: 2, by: 'ann' }")
  assert.match(refused.join('\n'), /^400 .*'input-invalid'.*^401 .*'credential-missing'/ms)
})

test('all of its doors open, and what is typed wrong through them does not compile', async () => {
  const program = `
import { anonymous, anyone, api, app } from '@sallyport/sdk'
import { client, endpoint } from '@sallyport/sdk/client'
import { database } from '@sallyport/sdk/database'
import { testing } from '@sallyport/sdk/testing'
import { z } from 'zod'

const open = { identify: anonymous, authorize: anyone } as const
const twice = api('GET /twice/{n}', { ...open, params: z.object({ n: z.coerce.number() }), response: z.number() }, ({ params }) => 2 * params.n)
const calls = await testing({ operations: [twice] }, { now: '2026-01-15T12:00:00Z' })
console.log((await calls.get('/twice/21')).body)
const { fetch } = await app({ operations: [twice] })
const { call } = client({ url: 'http://localhost', fetch: request => fetch(request) })
const asked = endpoint('GET /twice/{n}', { response: z.number() })
console.log(await call(asked, { params: { n: 4 } }))
const db = await database('sqlite::memory:')
console.log((await db.sql\`select \${'bound'} as it\`)[0]?.it)
await db.close()

export const wrong = () => [
  // @ts-expect-error: the result is a text
  api('GET /a', { ...open, response: z.string() }, () => 1),
  // @ts-expect-error: there is no such parameter
  api('GET /b/{n}', { ...open, params: z.object({ n: z.string() }), response: z.string() }, ({ params }) => params.m),
  // @ts-expect-error: limits count by a duration
  api('GET /c', { ...open, limit: { few: { allow: 10 } } }, () => undefined),
  // @ts-expect-error: there is no such rule
  api('GET /d', { ...open, protect: { cros: true } }, () => undefined),
  // @ts-expect-error: a statement is a template, not a text
  db.sql('select 1'),
  // @ts-expect-error: operations are missing
  app({}),
  // @ts-expect-error: the parameter of the template is missing
  call(asked, { params: {} }),
]
`
  writeFileSync(join(project, 'doors.ts'), program)
  writeFileSync(join(project, 'doors.json'), settings({}, 'doors.ts'))
  await checked('doors.json')
  assert.equal((await ran('doors.ts')).stdout, '42\n8\nbound\n')
})

test('it becomes one module for Workers, of less than 650 kB compressed, whether or not the packages are there that it can do without', async () => {
  const program = `
import { anonymous, anyone, api, app } from '@sallyport/sdk'
import { worker } from '@sallyport/sdk/cloudflare'

export default worker(() => app({ operations: [api('GET /', { identify: anonymous, authorize: anyone }, () => undefined)] }))
`
  writeFileSync(join(project, 'worker.ts'), program)
  await bundleWorker(join(project, 'worker.ts'), join(project, 'worker.js'))
  const size = gzipSync(readFileSync(join(project, 'worker.js'))).length
  assert.ok(size < 650_000, String(size))
})

test('PostgreSQL, Redis and metrics need a package of theirs, and whoever lacks it is told which', async () => {
  const program = `
import { anonymous, anyone, api, app, redis } from '@sallyport/sdk'
import { database } from '@sallyport/sdk/database'

const operations = [api('GET /', { identify: anonymous, authorize: anyone }, () => undefined)]
await database('postgres://a:b@127.0.0.1/c').catch(error => console.log(String(error)))
await app({ operations, counters: redis('redis://127.0.0.1') }).catch(error => console.log(String(error)))
await app({ operations, metrics: 'public' }).catch(error => console.log(String(error)))
`
  writeFileSync(join(project, 'without.ts'), program)
  const { stdout } = await ran('without.ts')
  assert.equal(
    stdout,
    'TypeError: postgres needs a package: npm install pg\nTypeError: redis needs a package: npm install @redis/client\nTypeError: metrics needs a package: npm install prom-client\n',
  )
})

test('a project that init makes is well typed, passes its tests, and does what its readme says', async t => {
  await sallyport(work, ['init', '--sdk', 'shop', '--package', archive])
  const shop = join(work, 'shop')
  const npm = (...args: readonly string[]) => execute('npm', ['run', '--silent', ...args], { cwd: shop, env: outside })
  await installed(shop)
  await npm('check')
  assert.match((await npm('test')).stdout, /^ℹ pass 5$/m)
  await assert.rejects(npm('start'), /JWT_SECRET is not set.*npm run secret/)
  await npm('secret')
  const secret = readFileSync(join(shop, '.env'), 'utf8')
  assert.match(secret, /^JWT_SECRET=[\w-]{43}\n$/)
  await assert.rejects(npm('secret'), /it stays as it is/)
  assert.equal(readFileSync(join(shop, '.env'), 'utf8'), secret)

  const { scripts } = JSON.parse(readFileSync(join(shop, 'package.json'), 'utf8'))
  // npm would not pass on that it is killed.
  const server = spawn(process.execPath, scripts.start.split(' ').slice(1), {
    cwd: shop,
    env: { ...outside, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  t.after(() => server.kill('SIGKILL'))
  const heard = new Heard(server.stdout)
  await heard.said('Ctrl-C')
  const [url = ''] = /http:\/\/[\d.]+:\d+/.exec(heard.text) ?? []
  const readme = readFileSync(join(shop, 'README.md'), 'utf8')
  const calls = [...readme.matchAll(/^ {4}(curl .+)$/gm)].map(([, line = '']) => line)
  const told = calls.map(line => line.replace('http://127.0.0.1:8000', url))
  assert.deepEqual(
    told,
    [...heard.text.matchAll(/^ {2}(curl .+)$/gm)].map(([, line]) => line),
  )
  const answers = told.map(async line => (await execute('sh', ['-c', line], { cwd: shop, env: outside })).stdout)
  assert.deepEqual(await Promise.all(answers), ['{"greeting":"Hello, ann"}', '{"item":"bolt","count":2,"by":"ann"}'])
  server.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
})

test('a project is made with the versions that the checkout is tested with', async () => {
  const manifest = JSON.parse(readFileSync(join(work, 'shop/package.json'), 'utf8'))
  const { '@sallyport/sdk': sdk, ...others } = { ...manifest.dependencies, ...manifest.devDependencies }
  assert.match(sdk, /^file:\.\.\/sallyport-sdk-.*\.tgz$/)
  assert.deepEqual(
    Object.entries(others)
      .map(([name, version]) => `${name}@${version}`)
      .sort(),
    ['@types/node', 'typescript', 'zod'].map(lockedPackage),
  )
})

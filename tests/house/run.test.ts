import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const RUN = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url))

/** Stands for npm: makes node_modules, notes how it was called, talks on both outputs, fails when told to. */
const NPM = `
import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
console.log('npm talks')
mkdirSync('node_modules', { recursive: true })
appendFileSync('calls.txt', process.argv.slice(2).join(' ') + '\\n')
process.exit(existsSync('broken') ? 1 : 0)
`

/** A checkout of nothing but run.mjs and a lock file; \`run\` starts a script in it. */
function checkout(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-run-'))
  t.after(() => rmSync(root, { recursive: true }))
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  mkdirSync(join(root, 'scripts'))
  cpSync(RUN, join(root, 'scripts/run.mjs'))
  put('package-lock.json', '{"lockfileVersion":3}')
  put('npm.mjs', NPM)
  const start = (args: readonly string[], nodeOptions: readonly string[] = []) =>
    spawn(process.execPath, [...nodeOptions, join(root, 'scripts/run.mjs'), ...args], {
      cwd: root,
      env: { ...process.env, npm_execpath: join(root, 'npm.mjs') },
    })
  const npmCalls = () => (existsSync(join(root, 'calls.txt')) ? readFileSync(join(root, 'calls.txt'), 'utf8') : '')
  return { root, put, start, npmCalls }
}

async function outcome(child: ChildProcess) {
  assert.ok(child.stdout && child.stderr)
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { stdout, stderr, code, signal }
}

test('a script gets its arguments, and its exit status is kept', async t => {
  const { put, start } = checkout(t)
  put('script.ts', 'const args: string[] = process.argv.slice(2)\nconsole.log(args.join())\nprocess.exit(7)\n')
  const { stdout, code } = await outcome(start(['script.ts', 'a', '--json']))
  assert.equal(stdout, 'a,--json\n')
  assert.equal(code, 7)
})

test('what is missing is installed once, and again after the lock file has changed', async t => {
  const { put, start, npmCalls } = checkout(t)
  put('script.ts', '')
  const install = 'install --no-save --include=dev --include=optional --loglevel=error\n'
  assert.match((await outcome(start(['script.ts']))).stderr, /installing what the lock file names/)
  await outcome(start(['script.ts']))
  assert.equal(npmCalls(), install)
  put('package-lock.json', '{"lockfileVersion":3,"packages":{}}')
  await outcome(start(['script.ts']))
  assert.equal(npmCalls(), install + install)
})

test('what npm says does not mix with what the script prints', async t => {
  const { put, start } = checkout(t)
  put('script.ts', "console.log('{}')")
  const { stdout, stderr } = await outcome(start(['script.ts']))
  assert.equal(stdout, '{}\n')
  assert.match(stderr, /npm talks/)
})

test('an install that fails runs nothing, and is tried again', async t => {
  const { put, start, npmCalls } = checkout(t)
  put('broken', '')
  put('script.ts', "console.log('ran')")
  for (const tries of [1, 2]) {
    const { stdout, stderr, code } = await outcome(start(['script.ts']))
    assert.deepEqual([stdout, code], ['', 1])
    assert.match(stderr, /npm install failed \(1\)/)
    assert.equal(npmCalls().split('\n').length - 1, tries)
  }
})

test('a signal reaches the script, which ends in its own way', async t => {
  const { put, start } = checkout(t)
  put('script.ts', "process.on('SIGTERM', () => process.exit(5))\nsetInterval(() => {}, 1000)\nconsole.log('ready')\n")
  const child = start(['script.ts'])
  assert.ok(child.stdout)
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  assert.equal((await outcome(child)).code, 5)
})

test('a script that a signal ends looks so from outside', async t => {
  const { put, start } = checkout(t)
  put('script.ts', "process.kill(process.pid, 'SIGKILL')\n")
  assert.equal((await outcome(start(['script.ts']))).signal, 'SIGKILL')
})

test('the Node of the lock file is taken before the one that runs', { skip: process.platform !== 'linux' }, async t => {
  const { root, put, start } = checkout(t)
  const binary = `node_modules/node-linux-${process.arch}/bin/node`
  put(binary, '#!/bin/sh\necho "the pinned one runs $2"\n')
  chmodSync(join(root, binary), 0o755)
  assert.equal((await outcome(start(['script.ts', 'word']))).stdout, 'the pinned one runs word\n')
})

test('a pinned Node that does not start here is replaced by the one that runs', async t => {
  const { root, put, start } = checkout(t)
  const binary = `node_modules/node-linux-${process.arch}/bin/node`
  put(binary, '#!/nowhere/sh\n')
  chmodSync(join(root, binary), 0o755)
  put('script.ts', "console.log('ran')")
  assert.equal((await outcome(start(['script.ts']))).stdout, 'ran\n')
})

for (const [version, line] of [
  ['18.20.4', 'sallyport: needs Node 20 or later to begin with; this is 18.20.4. See https://nodejs.org\n'],
  [
    '20.11.0',
    `sallyport: no Node for ${process.platform}-${process.arch} in the lock file: install Node 24.7 or later and try again\n`,
  ],
] as const) {
  test(`Node ${version} without a pinned one says in one line what is needed`, async t => {
    const { put, start } = checkout(t)
    put('script.ts', '')
    await outcome(start(['script.ts']))
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
    const { stderr, code } = await outcome(start(['script.ts'], ['--import', `data:text/javascript,${pretend}`]))
    assert.deepEqual([stderr, code], [line, 1])
  })
}

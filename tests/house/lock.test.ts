import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const

function read(path: string) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
}

test('the lock file knows every dependency that a package.json lists, so that nothing unpinned is installed', () => {
  const lock = read('package-lock.json')
  for (const path of ['package.json', ...globSync('packages/*/package.json', { cwd: ROOT })]) {
    const folder = dirname(path)
    const listed = read(path)
    const locked = lock.packages[folder === '.' ? '' : folder]
    for (const list of LISTS) assert.deepEqual(locked?.[list], listed[list], `${path}: ${list}; run npm install`)
  }
})

test('the lock file pins what it names by its content, and names no registry', () => {
  const entries = Object.entries<Record<string, unknown>>(read('package-lock.json').packages)
  const installed = entries.filter(([path, { link }]) => path.includes('node_modules/') && !link)
  assert.ok(installed.length > 0)
  for (const [path, { integrity, resolved }] of installed) {
    assert.match(String(integrity), /^sha512-/, path)
    assert.equal(resolved, undefined, path)
  }
})

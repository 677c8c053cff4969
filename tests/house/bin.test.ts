import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../packages/sallyport/bin/sallyport.js', import.meta.url))

/** Node 20.11.0 as far as the command can see. */
const PRETENDED = ['--import', "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.11.0'})"]

type Interpreter = { title: string; command: string; options: readonly string[]; version: string }

/** The Node of the machine, where it is an older one: what it says counts more than what a pretended one says. */
function olderNode(): Interpreter[] {
  const { stdout } = spawnSync('/usr/bin/node', ['--version'], { encoding: 'utf8' })
  const version = stdout?.trim().slice(1) ?? ''
  const major = Number.parseInt(version, 10)
  return major < 24 ? [{ title: `Node ${version}`, command: '/usr/bin/node', options: [], version }] : []
}

const INTERPRETERS: readonly Interpreter[] = [
  { title: 'a pretended Node 20', command: process.execPath, options: PRETENDED, version: '20.11.0' },
  ...olderNode(),
]

for (const { title, command, options, version } of INTERPRETERS) {
  test(`under ${title} the command says in one line which Node it needs`, () => {
    const { status, stderr, stdout } = spawnSync(command, [...options, BIN, '--help'], { encoding: 'utf8' })
    const line = `sallyport needs Node 24.7 or later; this is ${version}. See https://nodejs.org\n`
    assert.deepEqual([status, stderr, stdout], [1, line, ''])
  })
}

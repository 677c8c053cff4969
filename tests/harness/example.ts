import assert from 'node:assert/strict'
import { exec, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before } from 'node:test'
import { promisify } from 'node:util'
import { Heard } from './heard.ts'

const root = join(import.meta.dirname, '..', '..')
const shell = promisify(exec)

/** The Node that runs us comes first, as in `npm start`, and then what npx finds. */
const path = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH]
const env = { ...process.env, PATH: path.join(delimiter) }

/** npx itself costs more than all that it starts. That it finds the command is shown by tests/house/packed.test.ts. */
const npx = 'npx() { "$@"; }'

interface Typed {
  readonly stdout: string
  readonly stderr: string
}

/** An example that runs as people start it. */
export interface RunningExample {
  /** The line that is printed under these words. */
  lineUnder(words: string): string
  /** What a line does when it is typed where the example says. */
  typed(line: string): Promise<Typed>
  /** Tells it to stop; gives its exit status and signal. */
  stop(): Promise<readonly unknown[]>
}

/** The example in a folder, on free ports and with a folder of its own for what it makes, for the length of a file of tests. */
export async function startExample(here: string): Promise<RunningExample> {
  const folder = await mkdtemp(join(tmpdir(), 'example-'))
  const ports = ['--http', '0', '--management', '0', '--api', '0']
  const example = spawn(process.execPath, [join(here, 'start.ts'), ...ports, '--folder', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const heard = new Heard(example.stdout)
  before(() => heard.said('Ctrl-C stops it'))
  after(async () => {
    example.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })
  return {
    lineUnder(words) {
      const [, behind] = heard.text.split(words)
      const [, line = ''] = /^[^\n]*\n {4}(.+)\n/.exec(behind ?? '') ?? []
      assert.ok(line !== '', words)
      return line
    },
    typed: line => shell(`${npx}\n${line}`, { cwd: root, env }),
    stop() {
      const exit = once(example, 'exit')
      example.kill('SIGTERM')
      return exit
    },
  }
}

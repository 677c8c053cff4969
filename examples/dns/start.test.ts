import assert from 'node:assert/strict'
import { exec, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { Heard } from '../../tests/harness/heard.ts'
import { isPowerDnsThere } from './powerdns.ts'

const skip = isPowerDnsThere() ? false : 'PowerDNS is not installed'
const shell = promisify(exec)

test('[M17] the lines of the example do what it says of them', { skip }, async () => {
  const args = [join(import.meta.dirname, 'start.ts'), '--http', '0', '--management', '0']
  const example = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  after(() => example.kill('SIGTERM'))
  const heard = new Heard(example.stdout)
  await heard.said('Ctrl-C stops it')
  const tried = [...heard.text.matchAll(/^ {2}(\S.*): (\d{3}).*\n {4}(.+)$/gm)]
  assert.equal(tried.length, 4)
  for (const [, told, status = '', line = ''] of tried) {
    const { stdout } = await shell(line)
    assert.equal(stdout.trim().slice(-3), status, told)
  }
  const exit = once(example, 'exit')
  example.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null])
})

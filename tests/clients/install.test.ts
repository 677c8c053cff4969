import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { forbiddenSkips } from '../../scripts/report/skips.ts'
import { folderWith } from '../harness/command.ts'
import { withoutClients } from './install.ts'

const dependencies = { 'no-such-client': '1.0.0' }
const resolved = 'https://registry.npmjs.org/no-such-client/-/no-such-client-1.0.0.tgz'
const packages = { '': { dependencies }, 'node_modules/no-such-client': { version: '1.0.0', resolved } }

/** An address of this machine at which nobody listens. */
async function nowhere(): Promise<string> {
  const server = createServer()
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise(closed => server.close(closed))
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 9}/`
}

/** What npm reads of the environment, for the length of a test. */
function settings(t: TestContext, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    const before = process.env[name]
    process.env[name] = value
    t.after(() => {
      if (before === undefined) delete process.env[name]
      else process.env[name] = before
    })
  }
}

test('where the registry cannot be reached tests that need its packages are skipped, loudly, and nothing is left', async t => {
  const folder = await folderWith(t, {
    'package.json': JSON.stringify({ dependencies }),
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }),
  })
  const cache = await folderWith(t)
  settings(t, { npm_config_registry: await nowhere(), npm_config_cache: cache, npm_config_fetch_retries: '0' })
  const told: string[] = []
  const reason = await withoutClients(folder, line => told.push(line))
  assert.equal(reason, 'the packages of tests/clients could not be installed (npm ci)')
  assert.match(told.join('\n'), /^!!! SKIPPED: tests that need the packages of tests\/clients/)
  assert.match(told.join('\n'), /ECONNREFUSED/)
  assert.deepEqual((await readdir(folder)).sort(), ['package-lock.json', 'package.json'])
  const skipped = { file: 'x', name: 'x', status: 'skipped', reason } as const
  assert.deepEqual(forbiddenSkips([skipped]), [skipped], 'CI=true takes it for a failure')
})

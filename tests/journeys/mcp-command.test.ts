import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { asking, askingApi } from '../harness/asking.ts'
import { startBackend } from '../harness/backend.ts'
import { folderWith, up } from '../harness/command.ts'
import { magicYaml, realToken } from '../harness/magic.ts'
import { present, runCommand } from '../harness/run-command.ts'

const backend = await startBackend({ after })
const yaml = magicYaml({ to: backend.url, api: askingApi }).replace('http: 0,', 'http: 0, management: 0, log: off,')
const folder = await folderWith({ after }, { 'sallyport.yaml': yaml })
const gateway = await up({ after }, folder)
const run = (args: readonly string[], stdin = '') => runCommand(args, { cwd: folder, clock: present, stdin })

test('permits are written as operations are, by mint and narrow', async () => {
  const permits = ['POST /mcp tools/*', 'POST /graphql query items item'].flatMap(permit => ['--permit', permit])
  const made = await run(['token', 'mint', '--api', 'github', '--chain', ...permits], realToken)
  const wide = asking(gateway.call, made.out.trim())
  assert.deepEqual([await wide.tool('order'), await wide.graphql('{ item { id } items { id } }')], [200, 200])
  const narrow = ['token', 'narrow', '-', '--permit', 'POST /mcp tools/call search']
  const narrowed = await run(narrow, made.out.trim())
  const one = asking(gateway.call, narrowed.out.trim())
  assert.deepEqual([await one.tool('search'), await one.tool('order')], [200, 403])
  const misused = await run(['token', 'narrow', '-', '--permit', 'POST /mcp tools/call'], made.out)
  assert.match(misused.err, /"tools\/call" needs a name after tools\/call, or \* for any/)
})

test('a permit that names no tool of this API is told, with the one that was probably meant', async () => {
  const permits = ['tools/call serch', 'tools/call order'].flatMap(asks => ['--permit', `POST /mcp ${asks}`])
  const { err } = await run(['token', 'mint', '--api', 'github', ...permits], realToken)
  const warnings = err.split('\n').filter(line => line.startsWith('warning'))
  assert.deepEqual(warnings, [
    'warning: POST /mcp tools/call serch names no operation of this API; did you mean POST /mcp tools/call search?',
  ])
})

test('check and explain know operations by what is asked for', async () => {
  const check = await run(['check'])
  for (const name of ['POST /github/mcp tools/call search', 'POST /github/graphql query items item'])
    assert.ok(check.out.includes(name), check.out)
  assert.match(check.out, /POST \/all: takes whatever is asked for and written nowhere else/)
  assert.match(check.out, /POST \/\{other\}: takes what some servers take for \/mcp, and nothing of it is read/)
  assert.doesNotMatch(check.out, /GET \/files\/\{path\*\}: takes/)
  const explained = async (line: string) => {
    const { out } = await run(['explain', line, '--as', 'ann', '--json'])
    const { explanation } = JSON.parse(out)
    return [explanation.operation, explanation.code]
  }
  const tool = 'POST /github/mcp tools/call search'
  assert.deepEqual(await explained(tool), ['POST /mcp tools/call search', 'not-permitted'])
  const fields = 'POST /github/graphql query item items'
  assert.deepEqual(await explained(fields), ['POST /graphql query items item', 'not-permitted'])
})

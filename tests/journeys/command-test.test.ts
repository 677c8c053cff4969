import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folderWith, sallyport } from '../harness/command.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const yaml = `
sallyport: 1
gateway: { http: 8080 }
issuers: { staff: { url: https://id.example.com, audience: any } }
apis:
  depot:
    path: /depot
    identify: { jwt: staff }
    forward: { to: http://127.0.0.1:9 }
    operations:
      GET /items: { authorize: { policy: items.cedar }, limit: { few: { allow: 1/minute, per: user } } }
`
const cedar = `
@id("all") permit (principal, action, resource);
@id("not-guests") forbid (principal in Role::"guest", action, resource);
`
const tested = (expected: string) => `
import { test } from 'node:test'
import { gateway } from 'sallyport/testing'
const ann = gateway('sallyport.yaml').as({ user: 'ann' })
test('ann lists items', async () => {
  await ann.get('/depot/items').${expected}
})
`
const files = { 'sallyport.yaml': yaml, 'items.cedar': cedar, 'items.test.ts': tested('allowed()') }

test('every policy of the example is tested', async () => {
  const args = ['test', 'examples/warehouse/policies.test.ts', '-c', 'examples/warehouse/offices.yaml']
  const { status, out } = await sallyport(root, [...args, '--strict', '--json'])
  const { passed, failed, strict, mutants, rules } = JSON.parse(out)
  assert.deepEqual([status, failed, strict], [0, [], true])
  assert.ok(passed >= 8 && mutants >= 16 && rules.length === mutants)
})

test('the tests beside a configuration are run; strictly, what they leave untested is a failure', async t => {
  const folder = await folderWith(t, files)
  const { status, out, err } = await sallyport(folder, ['test', '--strict'])
  assert.deepEqual([status, err], [1, 'sallyport: --strict: some rules are not tested\n'])
  assert.match(out, /✔ ann lists items/)
  assert.match(
    out,
    /^4 rules, 1 of which decided something in 1 call\nnever decided anything:\n {2}policy items\.cedar {2}\(depot GET \/items\)\n/m,
  )
  assert.match(
    out,
    /^4 mutants in \d+ ms, each without one rule; 1 noticed\nnoticed by no test where they are gone:\n/m,
  )
})

test('a test that fails says what happened, and fails the command', async t => {
  const folder = await folderWith(t, { ...files, 'items.test.ts': tested("refused({ policy: 'not-guests' })") })
  const { status, out } = await sallyport(folder, ['test'])
  assert.equal(status, 1)
  assert.match(out, /was expected to be refused; it was allowed: 200/)
  assert.match(out, /which rules are tested is told once all tests pass\n$/)
})

test('an application is tested like a gateway; tests that are skipped or to be done count for nothing', async t => {
  const folder = await mkdtemp(join(root, '.made-program-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const program = `
import { test } from 'node:test'
import { api, jwt, roles } from '@sallyport/sdk'
import { testing } from '@sallyport/sdk/testing'
const identify = jwt({ secret: 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR' })
const list = api('GET /items', { identify, authorize: roles('staff') }, () => undefined)
const put = api('PUT /items', { identify, authorize: roles('staff', 'admin') }, () => undefined)
test('staff only', async () => {
  const shop = await testing({ operations: [list, put] }, { now: 0 })
  await shop.as({ user: 'ann', roles: ['staff'] }).get('/items').allowed()
  await shop.as({ user: 'eve' }).get('/items').refused({ code: 'role-missing' })
  await shop.as({ user: 'eve' }).put('/items', {})
})
test('not yet', { todo: true }, () => { throw new Error('not yet') })
test('not here', { skip: true }, () => { throw new Error('not here') })
`
  await writeFile(join(folder, 'shop.test.mjs'), program)
  const { status, out } = await sallyport(folder, ['test', '--strict', '--json'])
  const { passed, failed, strict, lax, rules } = JSON.parse(out)
  assert.deepEqual([status, passed, failed, strict, lax], [1, 1, [], false, 'some rules are not tested'])
  const of = 'app PUT /items'
  assert.deepEqual(rules, [
    { rule: 'role staff', of: 'app GET /items', hit: true, noticed: true },
    { rule: 'role staff or admin', of, hit: true, noticed: false },
    { rule: 'role staff or admin: staff', of, hit: false, noticed: false },
    { rule: 'role staff or admin: admin', of, hit: false, noticed: false },
  ])
})

test('a configuration that is no good is told as check tells it, and nothing is run', async t => {
  const folder = await folderWith(t, { ...files, 'sallyport.yaml': yaml.replace('items.cedar', 'item.cedar') })
  const { status, out, err } = await sallyport(folder, ['test'])
  assert.deepEqual([status, out], [1, ''])
  assert.match(err, /cannot be used:\n.*sallyport\.yaml:11:\d+ .*item\.cedar/)
})

test('where there are no tests, and of what is no file, is told', async t => {
  const folder = await folderWith(t, { 'sallyport.yaml': yaml, 'items.cedar': cedar })
  const without = await sallyport(folder, ['test'])
  assert.deepEqual([without.status, without.out], [1, ''])
  assert.match(without.err, /there are no tests in .*: their names end in \.test\.ts or \.test\.js/)
  const missing = await sallyport(folder, ['test', 'items.test.ts'])
  assert.equal(missing.status, 1)
  assert.match(missing.err, /there is no .*items\.test\.ts/)
  assert.equal((await sallyport(folder, ['test', '--strikt'])).status, 2)
})

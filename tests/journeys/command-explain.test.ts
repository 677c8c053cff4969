import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { folderWith, up } from '../harness/command.ts'
import { doorSecrets } from '../harness/decision-page.ts'
import { present, runCommand } from '../harness/run-command.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const backend = await startBackend({ after })
const issuer = await testIssuer()
const now = Math.floor(Date.now() / 1000)
const hour = 3600
const token = await issuer.token({ iat: now, exp: now + hour })
const folder = await folderWith(
  { after },
  {
    'jwks.json': issuer.jwks,
    token,
    'sallyport.yaml': `
sallyport: 1
gateway:
  { http: 0, management: 0, log: off, admit: { ip: { allow: [127.0.0.0/8] } }, decisions: { envoy: { listen: 127.0.0.1:0, secret: "\${DOOR_KEY}" } } }
issuers:
  staff: { issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }
apis:
  warehouse:
    path: /warehouse
    identify: { jwt: staff }
    limit: { few: { allow: 2/day, per: user } }
    forward: { to: "${backend.url}", credential: { header: { X-Key: "\${UPSTREAM_KEY}" } } }
    operations:
      GET /items: { authorize: { scopes: [list_items] } }
      POST /orders: { authorize: { scopes: [order_item] } }
`,
  },
)
const env = { UPSTREAM_KEY: 'upstream-key-5b1f', DOOR_KEY: doorSecrets.ENVOY_DOOR_SECRET }
const gateway = await up({ after }, folder, [], { env })
const run = (args: readonly string[], stdin = '') => runCommand(args, { cwd: folder, clock: present, stdin })
const explain = (args: readonly string[], stdin?: string) => run(['explain', ...args], stdin)
const here = ['--ip', '127.0.0.1']

/** What an imagined call comes to: its status, or undefined where the upstream would answer, and the code of a refusal. */
async function imagined(...args: string[]): Promise<[number | undefined, string | undefined]> {
  const { status, out, err } = await explain([...args, '--json'])
  assert.deepEqual([status, err], [0, ''])
  const { explanation } = JSON.parse(out)
  return [explanation.status, explanation.code]
}

test('an imagined call is judged for who it is said to be from, when and from where; nobody is asked', async () => {
  const get = 'GET /warehouse/items'
  const later = new Date((now + 2 * hour) * 1000).toISOString()
  const verdicts = await Promise.all([
    imagined(get, ...here, '--token', '@token'),
    imagined(get, ...here, '--token', '@token', '--at', later),
    imagined(get, '--ip', '203.0.113.9', '--token', '@token'),
    imagined(get, '--token', '@token'),
    imagined(get, ...here),
    imagined(get, ...here, '--as', 'alice', '--scopes', 'list_items'),
    imagined('POST /warehouse/orders', ...here, '--as', 'alice', '--scopes', 'list_items'),
  ])
  assert.deepEqual(verdicts, [
    [undefined, undefined],
    [401, 'credential-expired'],
    [403, 'address-refused'],
    [403, 'address-refused'],
    [401, 'credential-missing'],
    [undefined, undefined],
    [403, 'scope-missing'],
  ])
  assert.deepEqual(backend.received, [])
})

test('an imagined call tells what would be sent on, by name alone, and uses nothing up', async () => {
  for (const _ of [1, 2, 3]) {
    const { out } = await explain(['GET', '/warehouse/items?page=2', ...here, '--token', '-'], token)
    assert.match(out, /^GET \/warehouse\/items\S* {2}would be answered by the upstream\n/)
    assert.match(out, new RegExp(`\\nwould be sent on: GET ${backend.url}/items\\n {2}with the headers .*X-Key`, 'i'))
    assert.match(out, /\n {2}with the parameters page\n/)
    for (const secret of [token, env.UPSTREAM_KEY]) assert.ok(!out.includes(secret))
  }
  for (const _ of [1, 2]) assert.equal((await gateway.call('/warehouse/items', bearer(token))).status, 200)
  assert.equal((await gateway.call('/warehouse/items', bearer(token))).status, 429)
})

test('the management door wants the key of the data folder', async () => {
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`${gateway.management}/api/v1/calls`, { headers })).status
  const key = (await readFile(join(folder, '.sallyport', 'operator.key'), 'utf8')).trim()
  assert.deepEqual(
    [await ask({}), await ask({ Authorization: `Bearer ${token}` }), await ask({ Authorization: `Bearer ${key}` })],
    [401, 401, 200],
  )
  const elsewhere = await folderWith({ after }, { 'operator.key': 'another-key' })
  const refused = await run(['calls', '--data', elsewhere, '--management', gateway.management])
  assert.deepEqual([refused.status, refused.out], [1, ''])
  const known = await run(['calls', '--management', gateway.management, '--json'])
  assert.equal(JSON.parse(known.out).length, 3)
})

test('a call is explained after a restart as before it, and while no gateway runs; what is imagined needs one', async () => {
  const order = await gateway.call('/warehouse/orders', { method: 'POST', body: '{}', ...bearer(token) })
  assert.equal(order.status, 403)
  const id = order.headers.get('sallyport-call-id') ?? ''
  const before = await explain([id])
  assert.match(before.out, /^POST \/warehouse\/orders {2}403 scope-missing\n/)
  assert.match(before.out, /✗ authorize {2}scopes: scope order_item\n/)

  const { decisions } = JSON.parse(gateway.out.text)
  const fields = { 'X-Real-IP': '127.0.0.1', 'Sallyport-Door-Key': env.DOOR_KEY, ...bearer(token).headers }
  const asked = await fetch(`${decisions.envoy}/warehouse/orders`, { method: 'POST', headers: fields })
  assert.equal(asked.status, 403)
  const elsewhere = await explain([asked.headers.get('sallyport-call-id') ?? ''])
  assert.match(elsewhere.out, /^POST \/warehouse\/orders {2}403 scope-missing\n.*; asked about by envoy\n/)

  gateway.signal('SIGTERM')
  assert.equal(await gateway.ended, 0)
  assert.deepEqual(await explain([id]), before)
  assert.match((await run(['calls'])).out, new RegExp(`POST /warehouse/orders .*${id}`))
  const unknown = await explain(['0'.repeat(32)])
  assert.deepEqual([unknown.status, unknown.out], [1, ''])
  assert.match(unknown.err, /^sallyport: No record of that call in .*calls\. Only the last calls are remembered/)
  const nobody = await explain(['GET /warehouse/items'])
  assert.equal(nobody.status, 1)
  assert.match(nobody.err, /^sallyport: no gateway answers at .*management\.sock .*: start one with `sallyport up`\n$/)

  await writeFile(
    join(folder, 'open.yaml'),
    'apis: { warehouse: { operations: { POST /orders: { authorize: anyone } } } }',
  )
  await up({ after }, folder, ['-c', 'sallyport.yaml', '-c', 'open.yaml'], { env })
  assert.deepEqual(await explain([id]), before)
})

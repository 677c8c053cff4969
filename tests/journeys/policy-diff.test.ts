import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { api, app, createToken, jwt } from '@sallyport/sdk'
import { policy } from '@sallyport/sdk/policy'
import { startBackend } from '../harness/backend.ts'
import { folderWith } from '../harness/command.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { runCommand } from '../harness/run-command.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const old = `
@id("staff") permit (principal in Role::"staff", action, resource);
@id("evening") forbid (principal, action, resource) when { context.time.hour >= 18 };
`
const files = {
  'old.cedar': old,
  'head.cedar': `
    @id("head") permit (principal is User, action, resource) when { principal has office && principal.office == "head" };
    @id("bosses") permit (principal in Role::"boss", action, resource);`,
  'region.cedar': `permit (principal, action, resource) when { context.headers has "x-region" };`,
  'open.cedar': '@id("all") permit (principal, action, resource);',
  'broken.cedar': 'permit (principal, action, resorce);',
}

const issuer = await testIssuer()
const closing: (() => unknown)[] = []
const lifetime = { after: (close: () => unknown) => void closing.push(close) }
after(async () => {
  for (const close of closing.reverse()) await close()
})

let gateway: TestGateway
let events: CallEvent[]
let calls: string

/** The calls of one day: three of Ann, two of them in the evening; one of Bob, who is nobody; one without a credential. */
before(async () => {
  const backend = await startBackend(lifetime)
  const yaml = guardedYaml({
    to: backend.url,
    issuers: `{ staff: ${staffIssuer('claims: { office: text }')} }`,
    identify: '{ jwt: staff }',
    authorize: '{ policy: old.cedar, shadow: { until: 2027-01-31, policy: head.cedar } }',
  })
  gateway = await startGateway(lifetime, yaml, { files: { 'jwks.json': issuer.jwks, ...files } })
  const call = async (claims: object) => {
    const token = await issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000, ...claims })
    return (await gateway.call('/warehouse/items', bearer(token))).status
  }
  const ann = { sub: 'ann', roles: ['staff'], office: 'branch' }
  assert.deepEqual([await call(ann), await call({ sub: 'bob', office: 'head' })], [200, 403])
  gateway.clock.advance(6 * 3_600_000)
  assert.deepEqual([await call(ann), await call(ann)], [403, 403])
  assert.equal((await gateway.call('/warehouse/items')).status, 401)
  events = [...gateway.events]
  calls = join(gateway.folder, 'calls.jsonl')
  await writeFile(calls, events.map(event => `${JSON.stringify(event)}\n`).join(''))
})

/** The clock stands where the gateway's does. */
const sallyport = (cwd: string, argv: readonly string[]) => runCommand(argv, { cwd, clock: gateway.clock })

interface Told {
  readonly flips: readonly (Record<string, unknown> & { readonly calls: number })[]
  readonly unknown: readonly { readonly missing: readonly string[]; readonly calls: number }[]
  readonly unchanged: number
  readonly refusedOtherwise: number
  readonly broken: readonly { readonly line: number; readonly message: string }[]
}

async function diff(from: string, to: string, ...more: readonly string[]) {
  const { status, out, err } = await sallyport(gateway.folder, ['policy', 'diff', from, to, '--json', ...more])
  assert.equal(err, '')
  const told: Told = JSON.parse(out)
  return { status, ...told }
}

test('what would flip is told by operation, caller and reason, both ways; the rest is unchanged', async () => {
  const { status, flips, unknown, unchanged, refusedOtherwise } = await diff(
    'old.cedar',
    'open.cedar',
    '--events',
    calls,
  )
  assert.deepEqual([status, unknown, unchanged, refusedOtherwise], [1, [], 1, 1])
  const evening = events.filter(({ user, status: answered }) => user?.subject === 'ann' && answered === 403)
  assert.deepEqual(
    flips.map(({ caller, from, to, before: was, after: is, calls: count }) => [caller, from, to, was, is, count]),
    [
      ['user ann of https://id.example.com', 'refused', 'allowed', ['evening'], ['all'], 2],
      ['user bob of https://id.example.com', 'refused', 'allowed', [], ['all'], 1],
    ],
  )
  assert.deepEqual(
    flips[0]?.ids,
    evening.map(({ id }) => id),
  )
  const back = await diff('open.cedar', 'old.cedar', '--events', calls)
  assert.deepEqual(
    back.flips.map(({ from, to, calls: count }) => [from, to, count]),
    [
      ['allowed', 'refused', 2],
      ['allowed', 'refused', 1],
    ],
  )
})

test('policies that judge alike change nothing, and the status is 0', async () => {
  const { status, unchanged, flips, unknown } = await diff('old.cedar', 'old.cedar', '--events', calls)
  assert.deepEqual([status, unchanged, flips, unknown], [0, 4, [], []])
})

test('what was tried in shadow was recorded too; what no policy named is unknown, and never unchanged', async () => {
  const head = await diff('old.cedar', 'head.cedar', '--events', calls)
  // Ann by day; Bob, whose office opens it.
  assert.deepEqual([head.status, head.flips.map(({ to }) => to).sort(), head.unknown], [1, ['allowed', 'refused'], []])
  const region = await diff('old.cedar', 'region.cedar', '--events', calls)
  assert.deepEqual([region.status, region.flips, region.unchanged], [1, [], 0])
  assert.deepEqual(
    region.unknown.map(({ missing, calls: count }) => [missing, count]),
    [[['context.headers.x-region'], 4]],
  )
})

test('two configurations are compared by the policies of each operation', async () => {
  const yaml = await readFile(join(gateway.folder, 'sallyport.yaml'), 'utf8')
  await writeFile(join(gateway.folder, 'open.yaml'), yaml.replace('policy: old.cedar', 'policy: open.cedar'))
  await writeFile(join(gateway.folder, 'other.yaml'), yaml.replaceAll('/items', '/things'))
  const opened = await diff('sallyport.yaml', 'open.yaml', '--events', calls)
  assert.deepEqual([opened.status, opened.flips.map(({ calls: count }) => count)], [1, [2, 1]])
  const same = await diff('sallyport.yaml', 'sallyport.yaml', '--events', calls)
  assert.deepEqual([same.status, same.unchanged], [0, 4])
  const other = await diff('sallyport.yaml', 'other.yaml', '--events', calls)
  assert.deepEqual([other.status, other.unchanged, other.unknown[0]?.calls], [1, 0, 4])
})

test('people read it grouped; a clock hangs where --zone says', async () => {
  const { status, out } = await sallyport(gateway.folder, [
    'policy',
    'diff',
    'old.cedar',
    'open.cedar',
    '--events',
    calls,
  ])
  const id = events.find(({ user, status: answered }) => user?.subject === 'ann' && answered === 403)?.id
  assert.equal(status, 1)
  assert.deepEqual(out.split('\n').slice(0, 2), [
    'refused, would be allowed: 3 calls',
    `  2x GET /items of warehouse, user ann of https://id.example.com: permitted by all; before forbidden by evening; such as ${id}`,
  ])
  assert.match(out, /no permit holds.*\nunchanged: 1 call\nrefused by other rules than policies: 1 call\n$/)
  const sydney = await diff('old.cedar', 'open.cedar', '--events', calls, '--zone', 'Australia/Sydney')
  // 23:00 and 5:00 there: Ann's first call is refused, her others are not.
  assert.deepEqual(
    sydney.flips.map(({ calls: count }) => count),
    [1, 1],
  )
})

test('records of the last days are read where the gateway keeps them, and lists as calls --json prints them', async t => {
  const folder = await folderWith(t, { ...files, 'calls.json': JSON.stringify(events) })
  const command = ['policy', 'diff', 'old.cedar', 'old.cedar', '--json', '--events']
  const listed = await sallyport(folder, [...command, 'calls.json'])
  assert.equal(JSON.parse(listed.out).unchanged, 4)
  const data = ['--data', join(gateway.folder, 'data')]
  await eventually('the records are on disk', async () => {
    const { out } = await sallyport(folder, [...command, 'last 7d', ...data])
    return out !== '' && JSON.parse(out).refusedOtherwise === 1
  })
  for (const last of [['last 7d'], ['last', '7d']]) {
    const kept = await sallyport(folder, [...command, ...last, ...data])
    assert.deepEqual([kept.err, JSON.parse(kept.out).unchanged], ['', 4])
  }
  const evening = await sallyport(folder, [...command, 'last 1h', ...data])
  assert.equal(JSON.parse(evening.out).unchanged, 2)
  const none = await runCommand([...command, 'last 1h', ...data], {
    cwd: folder,
    clock: { now: () => gateway.clock.now() + 3_600_001, elapsed: () => 0 },
  })
  assert.deepEqual([none.status, JSON.parse(none.out).unchanged], [1, 0])
})

test('the records of an application are replayed alike', async t => {
  const folder = await folderWith(t, files)
  const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
  const { clock } = gateway
  const items = api('GET /items/{id}', { identify: jwt({ secret }), authorize: policy(old) }, () => undefined)
  const shop = await app({ operations: [items], data: join(folder, '.sallyport'), clock })
  const token = createToken({ sub: 'ann', roles: ['staff'] }, { secret, now: clock.now() })
  const call = new Request('http://localhost/items/1', { headers: { Authorization: `Bearer ${token}` } })
  assert.equal((await shop.fetch(call)).status, 403)
  await shop.flush()
  shop.close()
  const { status, out, err } = await sallyport(folder, [
    'policy',
    'diff',
    'old.cedar',
    'open.cedar',
    '--events',
    'last 7d',
  ])
  assert.deepEqual([status, err], [1, ''])
  assert.match(out, /^refused, would be allowed: 1 call\n {2}1x GET \/items\/\{id\} of app, user ann of /)
})

test('lines that are no records are told by their number, and the others are compared', async t => {
  const [first] = events
  const text = [
    '{"id":',
    JSON.stringify(first),
    '',
    '{"id":"x"}',
    `"${'x'.repeat(17 * 2 ** 20)}"`,
    JSON.stringify(first),
    '\0',
    JSON.stringify({ ...first, time: 'yesterday' }),
    JSON.stringify({ ...first, operation: 'GET /{' }),
  ].join('\n')
  const folder = await folderWith(t, { ...files, 'calls.jsonl': text })
  const run = (...more: string[]) =>
    sallyport(folder, ['policy', 'diff', 'old.cedar', 'old.cedar', '--events', 'calls.jsonl', ...more])
  const { status, out, err } = await run()
  assert.deepEqual([status, out], [1, 'unchanged: 2 calls\n'])
  assert.deepEqual(
    err.split('\n').map(line => line.slice(0, 32)),
    [
      'calls.jsonl:1: is no JSON',
      'calls.jsonl:4: is no record of a',
      'calls.jsonl:5: has more than 167',
      'calls.jsonl:7: is no JSON',
      'calls.jsonl:8: is no record of a',
      'calls.jsonl:9: is no record of a',
      '',
    ],
  )
  assert.deepEqual(
    JSON.parse((await run('--json')).out).broken.map(({ line }: { line: number }) => line),
    [1, 4, 5, 7, 8, 9],
  )
})

for (const [what, args, status, told] of [
  ['one file', ['old.cedar', '--events', 'x'], 2, /needs two files/],
  ['three files', ['old.cedar', 'open.cedar', 'head.cedar', '--events', 'x'], 2, /needs two files/],
  ['no events', ['old.cedar', 'open.cedar'], 2, /needs calls to replay/],
  ['a span that is none', ['old.cedar', 'open.cedar', '--events', 'last week'], 2, /needs a duration/],
  ['a zone that there is not', ['old.cedar', 'open.cedar', '--events', 'x', '--zone', 'Mars/Base'], 2, /time zone/],
  [
    'a missing file of records',
    ['old.cedar', 'open.cedar', '--events', 'missing.jsonl'],
    1,
    /missing\.jsonl cannot be read/,
  ],
  ['no records', ['old.cedar', 'open.cedar', '--events', 'last 7d'], 1, /there are no records in/],
  ['a missing file of policies', ['old.cedar', 'missing.cedar', '--events', 'x'], 1, /missing\.cedar cannot be read/],
  ['policies that are none', ['old.cedar', 'broken.cedar', '--events', 'x'], 1, /broken\.cedar:1:28: .*resorce/],
  ['a configuration that does not load', ['old.cedar', 'bad.yaml', '--events', 'x'], 1, /bad\.yaml does not load/],
] as const)
  test(`policy diff with ${what} fails, and says why`, async t => {
    const folder = await folderWith(t, { ...files, 'bad.yaml': 'sallyport: 2\n' })
    const { status: code, err } = await sallyport(folder, ['policy', 'diff', ...args])
    assert.equal(code, status, err)
    assert.match(err, told)
  })

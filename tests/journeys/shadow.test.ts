import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { type Answer, startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith } from '../harness/command.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { staffIssuer } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { runCommand } from '../harness/run-command.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const until = 'until: 2026-01-31'
const trial = `mode: shadow, ${until}`

/** Modules that go wrong in every way. */
const wrong = {
  'late.mjs':
    'export const create = () => ({ check: () => new Promise((_, reject) => setImmediate(() => reject(new Error("late")))) })',
  'text.mjs': 'export const create = () => ({ check() { throw "no error" } })',
  'changes.mjs':
    'export const create = () => ({ check() {}, prepare: () => ({ headers: { "X-Changed": "yes" } }), reply: () => ({ headers: { "X-Changed": "yes" } }) })',
}

const order = JSON.stringify({ type: 'object', required: ['item'], properties: { item: { type: 'string' } } })
const files = {
  'jwks.json': issuer.jwks,
  'old.cedar': 'permit (principal, action, resource);',
  'new.cedar': '@id("nobody-writes") permit (principal, action == Action::"GET /orders", resource);',
  'order.json': order,
  'broken.cedar': 'permit (principal, action, resource) when { context.tyme.hour > 1 };',
  ...wrong,
  'throws.mjs':
    'export const create = () => ({ async check() { throw new Error("never mind") }, prepare() { throw new Error("prepared") } })',
}

const yamlOf = (to: string, sections: string, forward = '') => `
sallyport: 1
gateway: { http: 0 }
issuers: { staff: ${staffIssuer()} }
apis:
  shop:
    path: /shop
    identify: { jwt: staff }
    forward: { to: "${to}"${forward === '' ? '' : `, ${forward}`} }
    operations: { GET /orders: {}, POST /orders: {} }
${sections.replaceAll(/^/gm, '    ')}
`

/** A gateway before `/orders`; the sections are what stands under the API. */
async function gatewayWith(t: TestContext, sections: string, answer?: Answer, forward = '') {
  const backend = await startBackend(t, answer)
  const gateway = await startGateway(t, yamlOf(backend.url, sections, forward), { files })
  const call = async (init: RequestInit = {}, claims: object = {}) => {
    const token = await issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000, ...claims })
    return gateway.call('/shop/orders', { ...init, headers: { ...bearer(token).headers, ...init.headers } })
  }
  return { backend, gateway, call }
}

const foundIn = (event: CallEvent | undefined) =>
  (event?.findings ?? []).map(({ mode, stage, rule, code }) => [mode, stage, rule, code].join(' '))

test('what a policy in shadow would refuse passes, and stands in the record', async t => {
  const { gateway, backend, call } = await gatewayWith(
    t,
    `authorize: { policy: old.cedar, shadow: { ${until}, policy: new.cedar } }`,
  )
  assert.deepEqual([(await call()).status, (await call({ method: 'POST' })).status], [200, 200])
  assert.equal(backend.received.length, 2)
  assert.deepEqual(gateway.events.map(foundIn), [[], ['shadow authorize shadow.policy policy-refuses']])
  assert.deepEqual(gateway.events[0]?.rules?.authorize, [
    'policy: policy old.cedar',
    'shadow.policy: policy new.cedar (shadow until 2026-01-31)',
  ])
  const told = async (...command: string[]) =>
    (await runCommand([...command, '--data', 'data'], { cwd: gateway.folder, clock: gateway.clock })).out
  assert.match(await told('calls'), /POST \/shop\/orders +200 +answered, 1 in shadow /)
  const explained = await told('explain', gateway.events[1]?.id ?? '')
  assert.match(explained, /✓ authorize[^✓]*in shadow, not done by shadow\.policy: policy-refuses: no permit holds/)
})

test('rules of every stage in shadow leave call and answer as they are, and say what they would do', async t => {
  const post = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"item":"<script>alert(1)</script>","n":1}',
  }
  const body = '{"iban":"DE02","item":7}'
  const answered: Answer = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ETag: '"1"' }).end(body)
  }
  const plain = await gatewayWith(t, 'authorize: anyone', answered)
  const tried = await gatewayWith(
    t,
    `authorize: { anyone: true, module: { file: throws.mjs, ${trial} }, shadow: { ${until}, scopes: [order] } }
limit: { few: { allow: 1/day, per: user, ${trial} } }
inspect: { threats: { ${trial} }, shadow: { ${until}, body: order.json, digest: true } }
protect:
  body: { schema: order.json, ${trial} }
  shadow: { ${until}, redact: [{ at: $.iban, remove: true }], securityHeaders: true }`,
    answered,
  )
  const seen = async ({ call, backend }: typeof plain) => {
    const response = await call(post)
    const headers = [...response.headers].filter(([name]) => !['date', 'sallyport-call-id'].includes(name))
    const [sent] = backend.received.slice(-1)
    return { status: response.status, headers, body: await response.text(), sent: sent?.body }
  }
  const first = await seen(tried)
  assert.deepEqual(first, await seen(plain))
  assert.equal(first.body, body)
  await seen(tried)
  await eventually('both calls are recorded', () => tried.gateway.events.length === 2)
  for (const [i, event] of tried.gateway.events.entries())
    assert.deepEqual(foundIn(event).toSorted(), [
      'shadow authorize module not-judged',
      'shadow authorize shadow.scopes scope-missing',
      'shadow inspect shadow.digest signature-bad',
      'shadow inspect threats threat-found',
      ...(i === 0 ? [] : ['shadow limit few limit-exceeded']),
      'shadow protect body answer-invalid',
      'shadow protect shadow.redact answer-changed',
      'shadow protect shadow.securityHeaders answer-changed',
    ])
})

for (const [file, code] of [
  ['late.mjs', 'not-judged'],
  ['text.mjs', 'not-judged'],
  ['changes.mjs', 'answer-changed'],
] as const)
  test(`a module on trial can neither fail nor change a call: ${file}`, async t => {
    const { gateway, backend, call } = await gatewayWith(
      t,
      `authorize: { anyone: true, module: { file: ${file}, ${trial} } }`,
    )
    const response = await call()
    assert.deepEqual([response.status, response.headers.get('x-changed')], [200, null])
    assert.deepEqual(valuesOf(backend.received[0], 'x-changed'), [])
    await eventually('the call is recorded', () => gateway.events.length === 1)
    assert.deepEqual(foundIn(gateway.events[0]), [`shadow authorize module ${code}`])
  })

test('a limit on trial counts apart: it knows when it is full, and takes nothing from the one that is enforced', async t => {
  const { gateway, call } = await gatewayWith(
    t,
    `authorize: anyone
limit: { all: { allow: 3/hour, per: user }, few: { allow: 1/hour, per: user, ${trial} }, slot: { concurrent: 1, per: user, ${trial} } }`,
  )
  const statuses = []
  for (let i = 0; i < 4; i++) statuses.push((await call()).status)
  assert.deepEqual(statuses, [200, 200, 200, 429])
  const few = ['shadow limit few limit-exceeded']
  // What an enforced limit refused is no call for the one on trial.
  assert.deepEqual(gateway.events.map(foundIn), [[], few, few, []])
  gateway.clock.advance(3_600_000)
  assert.equal((await call()).status, 200)
  assert.deepEqual(foundIn(gateway.events.at(-1)), [])
})

test('a limit of calls at once that is tried gives back what it took', async t => {
  const arrived: ServerResponse[] = []
  const { gateway, call } = await gatewayWith(
    t,
    `authorize: anyone
limit: { slot: { concurrent: 1, per: user, ${trial} } }`,
    (_, response) => void arrived.push(response),
  )
  const send = async (count: number) => {
    arrived.length = 0
    const calls = Array.from({ length: count }, () => call())
    await eventually('all of them are at the backend', () => arrived.length === count)
    for (const response of arrived) response.end()
    assert.deepEqual(new Set((await Promise.all(calls)).map(({ status }) => status)), new Set([200]))
  }
  await send(2)
  await send(1)
  const full = ['shadow limit slot limit-exceeded']
  await eventually('all of them are recorded', () => gateway.events.length === 3)
  assert.deepEqual(gateway.events.slice(0, 2).map(foundIn).toSorted(), [[], full])
  assert.deepEqual(foundIn(gateway.events[2]), [])
})

test('answers that stream leave as they come; what can be read whole is judged, what is too long is not', async t => {
  const small = { status: 200, type: 'application/json', body: '{"iban":"DE02"}' }
  const large = { ...small, body: `{"iban":"${'x'.repeat(3000)}"}` }
  let answer = small
  const { gateway, call } = await gatewayWith(
    t,
    `authorize: anyone
protect: { shadow: { ${until}, redact: [{ at: $.iban, remove: true }] } }`,
    (_, response) => {
      response.writeHead(answer.status, { 'Content-Type': answer.type })
      for (const piece of answer.body.match(/.{1,100}/g) ?? []) response.write(piece)
      response.end()
    },
    'maxAnswer: 2KiB',
  )
  for (const each of [small, large]) {
    answer = each
    assert.equal(await (await call()).text(), each.body)
  }
  await eventually('both calls are recorded', () => gateway.events.length === 2)
  assert.deepEqual(gateway.events.map(foundIn), [
    ['shadow protect shadow.redact answer-changed'],
    ['shadow protect shadow.redact not-judged'],
  ])
})

test('an answer without a body is judged by its head', async t => {
  const { gateway, call } = await gatewayWith(
    t,
    `authorize: anyone
protect: { shadow: { ${until}, redact: [{ at: $.iban, remove: true }], digest: sha-256 } }`,
    (_, response) => void response.writeHead(204).end(),
  )
  assert.equal((await call()).status, 204)
  await eventually('the call is recorded', () => gateway.events.length === 1)
  assert.deepEqual(foundIn(gateway.events[0]), [])
})

test('a request that streams to the backend is judged when it has gone', async t => {
  const { gateway, backend, call } = await gatewayWith(
    t,
    `authorize: anyone
inspect: { body: { schema: order.json, ${trial} } }`,
  )
  const pieces = ['{"item":', '7}']
  const body = new ReadableStream({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(Buffer.from(piece))
    },
  })
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body, duplex: 'half' as const }
  assert.equal((await call(init)).status, 200)
  assert.equal(String(backend.received[0]?.body), '{"item":7}')
  await eventually('the call is recorded', () => gateway.events.length === 1)
  assert.deepEqual(foundIn(gateway.events[0]), ['shadow inspect body input-invalid'])
})

test('a rule with a share refuses its callers and is tried on the others, alike at every call', async t => {
  const { gateway, call } = await gatewayWith(
    t,
    `authorize: { anyone: true, shadow: { ${until}, share: 50%, scopes: [order] } }
limit: { few: { allow: 1/hour, per: user, ${trial}, share: 50% } }`,
  )
  const users = Array.from({ length: 24 }, (_, i) => `user-${i}`)
  const statuses = new Map<string, number[]>()
  for (let i = 0; i < 2; i++)
    for (const sub of users) statuses.set(sub, [...(statuses.get(sub) ?? []), (await call({}, { sub })).status])
  const refused = users.filter(sub => statuses.get(sub)?.[0] === 403)
  assert.ok(refused.length > 2 && refused.length < 22, String(refused.length))
  for (const event of gateway.events) {
    const isRefused = refused.includes(event.user?.subject ?? '')
    assert.equal(event.refusal?.rule === 'shadow.scopes', isRefused)
    assert.equal(foundIn(event).includes('shadow authorize shadow.scopes scope-missing'), !isRefused)
  }
  const second = users.filter(sub => !refused.includes(sub)).map(sub => statuses.get(sub)?.[1])
  assert.deepEqual(new Set(second), new Set([200, 429]))
})

for (const [what, sections, told] of [
  ['nothing but what is tried', `authorize: { scopes: [a], mode: shadow }`, /unknown key "mode"/],
  [
    'no enforced right',
    `authorize: { shadow: { ${until}, scopes: [a] } }`,
    /no enforced authorize: .*anyone beside it/,
  ],
  ['no date', 'authorize: { anyone: true, policy: { file: new.cedar, mode: shadow } }', /missing key "until"/],
  [
    'no such day',
    'authorize: { anyone: true, policy: { file: new.cedar, mode: shadow, until: 2026-02-30 } }',
    /needs a day/,
  ],
  ['a share of all', `authorize: { anyone: true, shadow: { ${until}, share: 100%, scopes: [a] } }`, /needs a share/],
  ['another mode', `authorize: { anyone: true, policy: { file: new.cedar, mode: shade, ${until} } }`, /mode/],
  ['a misspelt setting', `authorize: { anyone: true, policy: { fil: new.cedar, ${trial} } }`, /"fil"/],
  [
    'a limit at the edge',
    `authorize: anyone\nadmit: { limit: { a: { allow: 1/day, per: ip, ${trial} } } }`,
    /unknown key "mode"/,
  ],
  [
    'a policy that names what is not there',
    `authorize: { anyone: true, policy: { file: broken.cedar, ${trial} } }`,
    /tyme/,
  ],
] as const)
  test(`${what} does not load`, async t => {
    const mistakes = await mistakesOf(t, yamlOf('http://127.0.0.1:1', sections), { files })
    assert.match(mistakes.join('\n'), told)
  })

test('identify can not be tried', async t => {
  const yaml = yamlOf('http://127.0.0.1:1', 'authorize: anyone').replace(
    '{ jwt: staff }',
    `{ jwt: { issuer: staff, ${trial} } }`,
  )
  assert.match((await mistakesOf(t, yaml, { files })).join('\n'), /unknown key "mode"/)
})

test('a rule whose date is over is tried on, and the log of the start says so; check and doctor fail', async t => {
  const sections = 'authorize: { anyone: true, policy: { file: new.cedar, mode: shadow, until: 2026-01-14 } }'
  const { gateway, call } = await gatewayWith(t, sections)
  assert.equal((await call({ method: 'POST' })).status, 200)
  const [warning] = gateway.running.warnings.filter(({ message }) => message.includes('shadow until'))
  assert.match(
    warning?.message ?? '',
    /^policy \(authorize\) was to be in shadow until 2026-01-14, and still refuses nobody/,
  )
  assert.equal(warning?.path, 'apis.shop.authorize.policy')
  const file = join(gateway.folder, 'sallyport.yaml')
  for (const [command, end, status] of [
    ['check', '2001-01-14', 1],
    ['check', '2999-01-14', 0],
    ['doctor', '2001-01-14', 1],
  ] as const) {
    await writeFile(file, yamlOf('http://127.0.0.1:1', sections.replace('2026-01-14', end)))
    const told = await runCommand([command], { cwd: gateway.folder, clock: gateway.clock })
    assert.equal(told.status, status)
    assert.ok(told.out.includes(`in shadow: authorize policy: policy new.cedar (shadow until ${end})`), told.out)
    assert.equal(/overdue|policy \(authorize\) was/.test(told.out + told.err), status === 1)
  }
  const { shadow } = JSON.parse(
    (await runCommand(['check', '--json'], { cwd: gateway.folder, clock: gateway.clock })).out,
  )
  assert.deepEqual([shadow.length, shadow[0].rule, shadow[0].overdue], [1, 'policy', true])
})

test('what is misspelt of a rule on trial is told with what was meant', async t => {
  const sections = `authorize: { anyone: true, policy: { fil: new.cedar, ${trial} } }
inspect: { threats: { ${trial}, levl: 1 }, shadow: { ${until}, digst: true } }
limit: { few: { allow: 1/day, per: user, mode: shadow, untl: 2026-01-31 } }`
  const folder = await folderWith(t, { ...files, 'sallyport.yaml': yamlOf('http://127.0.0.1:1', sections) })
  const { err } = await runCommand(['check'], { cwd: folder, clock: { now: () => 0, elapsed: () => 0 } })
  for (const [wrong, meant] of [
    ['fil', 'file'],
    ['levl', 'level'],
    ['digst', 'digest'],
    ['untl', 'until'],
  ])
    assert.ok(err.includes(`unknown key "${wrong}"; did you mean "${meant}"?`), err)
})

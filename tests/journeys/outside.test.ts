import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { anonymous, api, app, createToken, jwt, outside } from '@sallyport/sdk'
import { type Answer, type Received, startBackend, valuesOf } from '../harness/backend.ts'
import { blockWith } from '../harness/decision-page.ts'
import { engineAsking } from '../harness/engine-asking.ts'
import { eventually } from '../harness/eventually.ts'
import { noon, startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer } from '../harness/tokens.ts'

const file: Lifetime = { after }

/** An engine that answers as a test says. */
let answer: Answer = () => undefined
const engine = await startBackend(file, (request, response) => answer(request, response))
const says = (body: string, status = 200, headers: Record<string, string> = { 'Content-Type': 'application/json' }) => {
  answer = (_, response) => void response.writeHead(status, headers).end(body)
}
const result = (members: object) => JSON.stringify({ Response: [members] })
const asked = (): Received | undefined => engine.received.at(-1)
const questionOf = (received: Received | undefined): unknown => JSON.parse(received?.body.toString() ?? '')

const engines = {
  authzen: { authzen: engine.url, timeout: '30s' },
  xacml: { xacml: `${engine.url}/pdp?tenant=1`, timeout: '30s' },
} as const

const plain = {
  authzen: { yes: '{"decision":true}', no: '{"decision":false}', at: '/access/v1/evaluation' },
  xacml: { yes: result({ Decision: 'Permit' }), no: result({ Decision: 'Deny' }), at: '/pdp?tenant=1' },
} as const

const kinds = ['authzen', 'xacml'] as const
const time = new Date(noon).toISOString()

for (const [place, start] of Object.entries(engineAsking)) {
  for (const kind of kinds) {
    const { yes, no, at } = plain[kind]
    const { call, passed } = await start(file, engines[kind])
    const statusOf = async () => (await call()).status

    test(`[W61] in the ${place} an engine by ${kind} permits or denies, and whoever is denied goes no further`, async () => {
      const before = passed()
      says(yes)
      assert.ok((await statusOf()) < 300)
      assert.equal(passed(), before + 1)
      says(no)
      const refused = await problemOf(await call())
      assert.deepEqual([refused.status, refused.code, refused.stage], [403, 'outside-refuses', 'authorize'])
      assert.doesNotMatch(JSON.stringify(refused), /127\.0\.0\.1:|access\/v1|pdp/)
      assert.equal(passed(), before + 1)
      assert.ok(engine.received.every(({ method }) => method === 'POST'))
      assert.equal(asked()?.url, at)
    })

    test(`[W61] in the ${place} an engine by ${kind} that gives no plain answer refuses, whatever it is`, async () => {
      const twice = yes.replace('{', '{"decision":true,"Response":1,').replace('true,"Response":1', 'false')
      const failures: Readonly<Record<string, () => void>> = {
        error: () => says(yes, 500),
        'not authenticated': () => says(yes, 401),
        'created instead of ok': () => says(yes, 201),
        'no content': () => says('', 204),
        redirect: () => says('', 302, { Location: `${engine.url}/elsewhere` }),
        'redirect that keeps the method': () => says('', 307, { Location: `${engine.url}/elsewhere` }),
        empty: () => says(''),
        'no JSON': () => says('true'.repeat(2)),
        'a bare yes': () => says('true'),
        list: () => says(`[${yes}]`),
        'member twice': () =>
          says(kind === 'authzen' ? twice : yes.replace('{"Response"', '{"Response":[],"Response"')),
        'other type': () => says(yes, 200, { 'Content-Type': 'text/html' }),
        'no type': () => says(yes, 200, {}),
        huge: () => says(yes.replace('}', `,"pad":"${'x'.repeat(65_536)}"}`)),
        deep: () => says(yes.replace('}', `,"pad":${'['.repeat(64)}${']'.repeat(64)}}`)),
        'something after it': () => says(`${yes}{}`),
        'cut off': () => {
          answer = (_, response) => {
            response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '999' })
            response.write(yes, () => response.destroy())
          }
        },
        'huge when it is unpacked': () => {
          const huge = gzipSync(yes.replace('}', `,"pad":"${'x'.repeat(2 ** 20)}"}`))
          answer = (_, response) =>
            void response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(huge)
        },
        'hung up': () => {
          answer = (_, response) => void response.socket?.destroy()
        },
      }
      const before = passed()
      for (const [name, fail] of Object.entries(failures)) {
        fail()
        const refused = await call()
        const { code, detail = '' } = await problemOf(refused)
        assert.deepEqual([refused.status, code], [503, 'outside-unavailable'], name)
        assert.equal(refused.headers.get('retry-after'), '5', name)
        assert.doesNotMatch(detail, /127\.0\.0\.1|evaluation|pdp/, name)
      }
      assert.equal(passed(), before)
      assert.ok(engine.received.every(({ url }) => url !== '/elsewhere'))
    })

    test(`[W61] in the ${place} an engine by ${kind} that doesn't answer in time refuses`, async () => {
      answer = () => undefined
      const impatient = await start(file, { ...engines[kind], timeout: '50ms' })
      assert.equal((await problemOf(await impatient.call())).code, 'outside-unavailable')
      assert.equal(impatient.passed(), 0)
    })
  }

  test(`in the ${place} only a decision that is true permits, and no obligation is left unmet`, async () => {
    const { call } = await start(file, engines.authzen)
    const statusOf = async (body: object) => {
      says(JSON.stringify(body))
      return (await call()).status
    }
    for (const decision of ['true', 1, null, undefined, [true], { value: true }])
      assert.equal(await statusOf({ decision }), 503, JSON.stringify(decision))
    assert.equal(await statusOf({ Decision: true }), 503)
    assert.equal(await statusOf({ decision: true, context: 'fine' }), 503)
    assert.equal(await statusOf({ decision: true, context: { obligations: [{ id: 'log' }] } }), 503)
    assert.equal(await statusOf({ decision: true, context: { obligations: 'log' } }), 503)
    assert.equal(await statusOf({ decision: false, context: { obligations: [{ id: 'log' }] } }), 403)
    for (const context of [{}, { obligations: [] }, { reason_user: { en: 'fine' } }])
      assert.ok((await statusOf({ decision: true, context, more: 1 })) < 300)
  })

  test(`in the ${place} XACML's other decisions, unmet obligations and bad states refuse`, async () => {
    const { call } = await start(file, engines.xacml)
    const statusOf = async (...results: object[]) => {
      says(JSON.stringify({ Response: results }), 200, { 'Content-Type': 'application/xacml+json; charset=utf-8' })
      return (await call()).status
    }
    const state = (value: string) => ({ StatusCode: { Value: `urn:oasis:names:tc:xacml:1.0:status:${value}` } })
    const Permit = { Decision: 'Permit' }
    assert.equal(await statusOf({ Decision: 'NotApplicable' }), 403)
    assert.equal(await statusOf({ Decision: 'Indeterminate', Status: state('missing-attribute') }), 503)
    assert.equal(await statusOf({ Decision: 'permit' }), 503)
    assert.equal(await statusOf({ ...Permit, Obligations: [{ Id: 'log' }] }), 503)
    assert.equal(await statusOf({ ...Permit, Obligations: { Id: 'log' } }), 503)
    assert.equal(await statusOf({ ...Permit, Status: state('processing-error') }), 503)
    assert.equal(await statusOf(), 503)
    assert.equal(await statusOf(Permit, Permit), 503)
    says(JSON.stringify({ Response: Permit }))
    assert.equal((await call()).status, 503)
    const advised = { ...Permit, Status: state('ok'), Obligations: [], AssociatedAdvice: [{ Id: 'hint' }] }
    assert.ok((await statusOf(advised)) < 300)
  })

  test(`[W61] in the ${place} an AuthZEN engine sees subject, action, resource and context, and nothing secret`, async () => {
    const { call, gateway } = await start(file, engines.authzen)
    says(plain.authzen.yes)
    await call('a%20b')
    const issuer = 'https://id.example.com'
    const operation = gateway === undefined ? 'GET /warehouse/items/{id}' : 'GET /items/{id}'
    const claims = { office: 'north', floors: ['1', '2'], level: 3 }
    const lists = { roles: ['clerk'], groups: [], scopes: ['list_items'] }
    assert.deepEqual(questionOf(asked()), {
      subject: { type: 'user', id: 'alice', properties: { issuer, application: 'shop', ...lists, claims } },
      action: { name: operation, properties: { method: 'GET' } },
      resource: {
        type: 'route',
        id: '/warehouse/items/a%20b',
        properties: { api: gateway === undefined ? 'app' : 'warehouse', operation, parameters: { id: 'a b' } },
      },
      context: { time, ip: '127.0.0.1' },
    })
    assert.deepEqual(valuesOf(asked(), 'content-type'), ['application/json'])
    assert.deepEqual(valuesOf(asked(), 'authorization'), [])
    assert.doesNotMatch(asked()?.body.toString() ?? '', /eyJ|secret|query/)
  })
}

test('[W61] an XACML engine sees subject, action, resource and environment as the JSON profile has them', async () => {
  const { call } = await engineAsking.gateway(file, engines.xacml)
  says(plain.xacml.yes)
  await call()
  const [base, is] = ['urn:oasis:names:tc:xacml', (id: string, Value: unknown) => ({ AttributeId: id, Value })]
  const typed = (id: string, DataType: string, Value: string) => ({ AttributeId: id, DataType, Value })
  assert.deepEqual(questionOf(asked()), {
    Request: {
      Category: [
        {
          CategoryId: `${base}:1.0:subject-category:access-subject`,
          Attribute: [
            is(`${base}:1.0:subject:subject-id`, 'alice'),
            is('urn:sallyport:subject:type', 'user'),
            is('urn:sallyport:subject:issuer', 'https://id.example.com'),
            is('urn:sallyport:subject:application', 'shop'),
            is(`${base}:2.0:subject:role`, ['clerk']),
            is('urn:sallyport:subject:scope', ['list_items']),
            typed(`${base}:1.0:subject:authn-locality:ip-address`, `${base}:2.0:data-type:ipAddress`, '127.0.0.1'),
            is('urn:sallyport:claim:office', 'north'),
            is('urn:sallyport:claim:floors', ['1', '2']),
            is('urn:sallyport:claim:level', 3),
          ],
        },
        {
          CategoryId: `${base}:3.0:attribute-category:action`,
          Attribute: [
            is(`${base}:1.0:action:action-id`, 'GET'),
            is('urn:sallyport:action:operation', 'GET /items/{id}'),
          ],
        },
        {
          CategoryId: `${base}:3.0:attribute-category:resource`,
          Attribute: [
            is(`${base}:1.0:resource:resource-id`, '/warehouse/items/7'),
            is('urn:sallyport:resource:api', 'warehouse'),
            is('urn:sallyport:resource:operation', 'GET /items/{id}'),
            is('urn:sallyport:parameter:id', '7'),
          ],
        },
        {
          CategoryId: `${base}:3.0:attribute-category:environment`,
          Attribute: [
            typed(`${base}:1.0:environment:current-dateTime`, 'http://www.w3.org/2001/XMLSchema#dateTime', time),
          ],
        },
      ],
    },
  })
  assert.deepEqual(valuesOf(asked(), 'content-type'), ['application/xacml+json'])
  assert.deepEqual(valuesOf(asked(), 'accept'), ['application/xacml+json'])
})

test('the engine is shown a token or a password, which nobody else sees', async () => {
  const basic = { username: 'gate', password: 'the password of the engine' }
  says(plain.authzen.no)
  const env = { ENGINE: 'the token of the engine' }
  const { call, gateway } = await engineAsking.gateway(file, { ...engines.authzen, bearer: `\${ENGINE}` }, { env })
  const refused = await (await call()).text()
  assert.deepEqual(valuesOf(asked(), 'authorization'), ['Bearer the token of the engine'])
  says('', 500)
  await call()
  assert.doesNotMatch(refused + JSON.stringify(gateway?.events), /token of the engine/)
  const { call: withPassword } = await engineAsking.application(file, { ...engines.authzen, basic })
  await withPassword()
  const pair = Buffer.from('gate:the password of the engine').toString('base64')
  assert.deepEqual(valuesOf(asked(), 'authorization'), [`Basic ${pair}`])
})

test('a key in the URL of an engine stands in no record', async () => {
  const xacml = `${engine.url}/pdp?key=opensesame`
  const { call, gateway } = await engineAsking.gateway(file, { xacml, timeout: '50ms' })
  const answers = [
    () => says(plain.xacml.no),
    () => says('', 500),
    () => says('x'.repeat(65_537)),
    () => {
      answer = () => undefined
    },
  ]
  for (const set of answers) {
    set()
    await call()
  }
  assert.deepEqual(new Set(engine.received.slice(-4).map(({ url }) => url)), new Set(['/pdp?key=opensesame']))
  assert.equal(gateway?.events.length, 4)
  assert.doesNotMatch(JSON.stringify(gateway?.events), /opensesame/)
})

test('whoever is nobody is told of as nobody, and the record says which engine refused', async () => {
  says(plain.authzen.no)
  const yaml = guardedYaml({
    to: engine.url,
    identify: 'anonymous',
    authorize: `{ outside: { authzen: "${engine.url}" } }`,
  })
  const { call, events } = await startGateway(file, yaml)
  assert.equal((await call('/warehouse/items')).status, 403)
  const { subject } = JSON.parse(asked()?.body.toString() ?? '')
  assert.deepEqual(subject, {
    type: 'anonymous',
    id: 'anonymous',
    properties: { roles: [], groups: [], scopes: [], claims: {} },
  })
  assert.equal(events[0]?.refusal?.reason, `${engine.url}/access/v1/evaluation refuses: its decision is false`)
})

test('a claim that is not what it was declared to be is told to no engine: the call is refused', async () => {
  says(plain.authzen.yes)
  const key = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
  const identify = jwt({ secret: key, claims: { office: 'text' } })
  const operation = api('GET /items', { identify, authorize: outside(engines.authzen) }, () => undefined)
  const { fetch } = await app({ operations: [operation] })
  const status = async (office: unknown) => {
    const token = createToken({ sub: 'ann', office }, { secret: key, expiresIn: '15m' })
    return (await fetch(new Request('http://localhost/items', bearer(token)))).status
  }
  const before = engine.received.length
  assert.deepEqual([await status('north'), await status(7), await status(undefined)], [204, 403, 204])
  assert.equal(engine.received.length, before + 2)
})

test('an engine that is tried is asked, refuses nobody, and what it would do is recorded', async t => {
  const tried = { authzen: engine.url, mode: 'shadow', until: '2026-02-01', timeout: '30s' }
  const yaml = guardedYaml({
    to: (await startBackend(t)).url,
    identify: 'anonymous',
    more: `      GET /tried: { authorize: { anyone: true, outside: ${JSON.stringify(tried)} } }`,
  })
  const { call, events } = await startGateway(t, yaml)
  says(plain.authzen.no)
  assert.equal((await call('/warehouse/tried')).status, 200)
  await eventually('the call is recorded', () => events.length > 0)
  assert.deepEqual(
    events[0]?.findings?.map(({ stage, code, rule }) => [stage, code, rule]),
    [['authorize', 'outside-refuses', 'outside']],
  )
})

test('questions of rules that are tried keep no enforced one waiting, however slow their engine is', async t => {
  const tried = { until: '2026-02-01', outside: { authzen: `${engine.url}/tried`, timeout: '30s' } }
  const authorize = { outside: { authzen: engine.url, timeout: '5s' }, shadow: tried }
  const yaml = guardedYaml({
    to: (await startBackend(t)).url,
    identify: 'anonymous',
    more: `      GET /both: { authorize: ${JSON.stringify(authorize)} }`,
  })
  const { call } = await startGateway(t, yaml)
  const held: (() => void)[] = []
  answer = ({ url = '' }, response) => {
    const yes = () => void response.setHeader('Content-Type', 'application/json').end(plain.authzen.yes)
    if (url.startsWith('/tried')) held.push(yes)
    else yes()
  }
  for (let i = 0; i < 32; i++) await call('/warehouse/both')
  await eventually('all that may be are under way', () => held.length === 32)
  assert.equal((await call('/warehouse/both')).status, 200)
  for (const yes of held) yes()
})

test('an imagined call asks no engine', async () => {
  const operation = api(
    'GET /items',
    { identify: anonymous, authorize: outside({ authzen: engine.url }) },
    () => undefined,
  )
  const { explain } = await app({ operations: [operation] })
  const before = engine.received.length
  const { stages } = await explain({ method: 'GET', path: '/items' })
  assert.equal(stages.find(({ stage }) => stage === 'authorize')?.verdict, 'passed')
  assert.equal(engine.received.length, before)
})

test('32 questions are under way and 512 wait; who comes then is refused, and those that waited are answered', async () => {
  const held: (() => void)[] = []
  answer = (_, response) =>
    void held.push(() => response.writeHead(200, { 'Content-Type': 'application/json' }).end(plain.authzen.yes))
  const { call } = await engineAsking.application(file, engines.authzen)
  const waiting = Array.from({ length: 32 + 512 }, () => call())
  while (held.length < 32) await new Promise(resolve => setImmediate(resolve))
  const { status, code } = await problemOf(await call())
  assert.deepEqual([status, code, held.length], [503, 'overloaded', 32])
  says(plain.authzen.yes)
  for (const go of held) go()
  for (const response of await Promise.all(waiting)) assert.equal(response.status, 204)
})

test('the gateway of the page asks as the page says', async t => {
  const backend = await startBackend(t)
  const yaml = blockWith('yaml', 'outside:')
    .replace('http: 8080', 'http: 0')
    .replace('https://pdp.example.com', engine.url)
    .replace('http://127.0.0.1:9001', backend.url)
  const { call } = await startGateway(t, yaml, { env: { PDP_TOKEN: 'the token of the engine' } })
  says(plain.authzen.yes)
  assert.equal((await call('/warehouse/items/7')).status, 200)
  assert.deepEqual(valuesOf(asked(), 'authorization'), ['Bearer the token of the engine'])
})

test('what names no engine, or one that others could answer for, does not load', async () => {
  const mistakes = (engine: object) =>
    mistakesOf(
      file,
      guardedYaml({ to: 'http://127.0.0.1:1', identify: 'anonymous', authorize: JSON.stringify({ outside: engine }) }),
    )
  for (const [engine, wanted] of [
    [{}, /must have one of these keys/],
    [{ authzen: 'https://a.example', xacml: 'https://b.example' }, /needs either authzen or xacml/],
    [{ authzen: 'http://pdp.example.com' }, /needs an https URL/],
    [{ authzen: 'https://u:p@pdp.example.com' }, /needs an https URL/],
    [{ authzen: 'https://pdp.example.com/?x=1' }, /without a query/],
    [{ authzen: 'https://a.example', timeout: '1m' }, /from 50ms to 30s/],
    [{ authzen: 'https://a.example', bearer: 'a', basic: { username: 'b', password: 'c' } }, /one of bearer and basic/],
    [{ authzen: 'https://a.example', open: true }, /open/],
  ] as const)
    assert.match(String(await mistakes(engine)), wanted)
  assert.throws(() => outside({}), /^TypeError: outside: needs either authzen or xacml/)
})

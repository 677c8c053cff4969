import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { any, anyone, api, app, createToken, jwt, oauth2 } from '@sallyport/sdk'
import { type Answer, type Received, startBackend, valuesOf } from '../harness/backend.ts'
import { FixedClock, noon, startGateway } from '../harness/gateway.ts'
import { introspecting } from '../harness/introspecting.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { problemOf } from '../harness/problem.ts'

const file: Lifetime = { after }
const now = noon / 1000
const secret = 'what-the-authority-knows-us-by'

/** An authority that answers as a test says; 200 and active unless told. */
let answer: Answer = () => undefined
const authority = await startBackend(file, (request, response) => answer(request, response))
const says = (status: number, body: string, headers: Record<string, string> = {}) => {
  answer = (_, response) => void response.writeHead(status, headers).end(body)
}
const active = (claims: object = {}) =>
  says(200, JSON.stringify({ active: true, scope: 'read', client_id: 'caller', ...claims }))

const asking = { introspection: `${authority.url}/introspect`, clientId: 'api', clientSecret: secret, timeout: '60s' }
let tokens = 0
/** Another one each time: nothing that was remembered answers for it. */
const fresh = () => ({ Authorization: `Bearer token-${++tokens}` })

for (const [place, start] of Object.entries(introspecting)) {
  const { call, callers } = await start(file, { ...asking, issuer: 'https://id.example.com', audience: 'warehouse' })
  const right = { iss: 'https://id.example.com', aud: 'warehouse' }

  test(`in the ${place} only what the authority says in so many words is good`, async () => {
    const cases: readonly (readonly [number, object])[] = [
      [401, { active: false }],
      [503, { active: 'true' }],
      [503, { active: 1 }],
      [503, { active: null }],
      [503, { active: undefined }],
      [503, { sub: 7 }],
      [503, { exp: 'tomorrow' }],
      [401, { exp: now }],
      [401, { nbf: now + 1 }],
      [401, { iat: now + 1 }],
      [401, { iss: 'https://other.example.com' }],
      [401, { iss: undefined }],
      [401, { aud: 'else' }],
      [401, { aud: undefined }],
      [401, { token_type: 'DPoP' }],
      [401, { token_type: 'N_A' }],
      [401, { token_type: ['Bearer'] }],
      [401, { cnf: { jkt: 'x' } }],
      [401, { cnf: {} }],
      [401, { typ: 'Refresh' }],
      [401, { token_use: 'refresh_token' }],
      [403, { scope: 'reading' }],
      [403, { scope: 7 }],
    ]
    for (const [status, claims] of cases) {
      active({ ...right, ...claims })
      assert.equal((await call(fresh())).status, status, JSON.stringify(claims))
    }
    assert.equal(callers().length, 0)
    for (const claims of [
      {},
      { token_type: 'bearer', token_use: 'access_token' },
      { exp: now + 1, nbf: now, iat: now },
    ]) {
      active({ ...right, ...claims })
      assert.ok((await call(fresh())).status < 300, JSON.stringify(claims))
    }
    assert.equal(callers().length, 3)
  })

  test(`in the ${place} an authority that fails in whatever way lets nobody pass, and tells callers nothing`, async () => {
    const good = JSON.stringify({ active: true, scope: 'read', ...right })
    const failures: Readonly<Record<string, () => void>> = {
      error: () => says(500, good),
      'not authenticated': () => says(401, good),
      redirect: () => says(302, '', { Location: `${authority.url}/elsewhere` }),
      'redirect that keeps the method': () => says(307, '', { Location: `${authority.url}/elsewhere` }),
      'created instead of ok': () => says(201, good),
      empty: () => says(200, ''),
      'no JSON': () => says(200, '<html>active: true</html>'),
      list: () => says(200, `[${good}]`),
      'member twice': () => says(200, good.replace('{', '{"active":false,')),
      huge: () => says(200, good.replace('}', `,"pad":"${'x'.repeat(65_536)}"}`)),
      'cut off': () => {
        answer = (_, response) => void response.writeHead(200, { 'Content-Length': '999' }).end(good)
      },
      'hung up': () => {
        answer = (_, response) => void response.socket?.destroy()
      },
    }
    const before = callers().length
    for (const [name, fail] of Object.entries(failures)) {
      fail()
      const refused = await call(fresh())
      assert.equal(refused.status, 503, name)
      const { code, detail = '' } = await problemOf(refused)
      assert.equal(code, 'issuer-unavailable', name)
      assert.equal(refused.headers.get('retry-after'), '5', name)
      assert.doesNotMatch(detail, /127\.0\.0\.1|introspect|secret/, name)
    }
    assert.equal(callers().length, before)
    assert.ok(authority.received.every(({ url }) => url === '/introspect'))
  })

  test(`in the ${place} an authority that does not answer in time lets nobody pass`, async () => {
    answer = () => undefined
    const impatient = await start(file, { ...asking, timeout: '100ms' })
    assert.equal((await impatient.call(fresh())).status, 503)
    assert.equal(impatient.callers().length, 0)
  })

  test(`in the ${place} what no token can be is asked of nobody`, async () => {
    active(right)
    const asked = authority.received.length
    for (const text of ['', 'umlaut-\u00fc', 'tab\tin-it'])
      assert.equal((await call({ Authorization: `Bearer ${text}` })).status, 401, text)
    assert.equal(authority.received.length, asked)
  })

  test(`in the ${place} calls that come together with one token ask once, and what failed is asked again`, async () => {
    const waiting: (() => void)[] = []
    answer = (_, response) =>
      void waiting.push(() => response.end(JSON.stringify({ active: true, scope: 'read', ...right })))
    const token = fresh()
    const asked = authority.received.length
    const patient = await start(file, { ...asking, issuer: right.iss, audience: right.aud })
    const together = [patient.call(token), patient.call(token), patient.call(token)]
    while (waiting.length === 0) await new Promise(resolve => setImmediate(resolve))
    for (const go of waiting) go()
    for (const response of await Promise.all(together)) assert.ok(response.status < 300)
    assert.equal(authority.received.length, asked + 1)
    says(500, '')
    const other = fresh()
    assert.equal((await patient.call(other)).status, 503)
    active(right)
    assert.ok((await patient.call(other)).status < 300)
  })

  test(`in the ${place} nothing is remembered where that is switched off`, async () => {
    active(right)
    const { call: strict } = await start(file, { ...asking, issuer: right.iss, audience: right.aud, remember: '0s' })
    const token = fresh()
    const asked = authority.received.length
    assert.ok((await strict(token)).status < 300)
    says(200, '{"active":false}')
    assert.equal((await strict(token)).status, 401)
    assert.equal(authority.received.length, asked + 2)
  })
}

test('16 questions are under way and 256 wait; who comes then is 503, and those that waited are answered', async () => {
  const held: (() => void)[] = []
  const yes = JSON.stringify({ active: true, scope: 'read' })
  answer = (_, response) => void held.push(() => response.end(yes))
  const { call } = await introspecting.application(file, asking)
  const asked = authority.received.length
  const waiting = Array.from({ length: 16 + 256 }, () => call(fresh()))
  while (held.length < 16) await new Promise(resolve => setImmediate(resolve))
  const { status, code } = await problemOf(await call(fresh()))
  assert.deepEqual([status, code, authority.received.length - asked], [503, 'overloaded', 16])
  answer = (_, response) => void response.end(yes)
  for (const go of held) go()
  for (const response of await Promise.all(waiting)) assert.equal(response.status, 204)
})

test('the authority sees the token in the form, the secret in its field, and neither in a URL', async () => {
  active()
  const { call } = await introspecting.application(file, asking)
  await call({ Authorization: 'Bearer a+b/c=' })
  const last: Received | undefined = authority.received.at(-1)
  assert.equal(last?.method, 'POST')
  assert.equal(last?.body.toString(), 'token=a%2Bb%2Fc%3D&token_type_hint=access_token')
  assert.deepEqual(valuesOf(last, 'authorization'), [`Basic ${Buffer.from(`api:${secret}`).toString('base64')}`])
  assert.deepEqual(valuesOf(last, 'content-type'), ['application/x-www-form-urlencoded'])
})

test('whoever guesses is heard no longer, and the authority asked no more', async () => {
  says(200, '{"active":false}')
  const yaml = `
sallyport: 1
gateway: { http: 0, guessing: { perIp: 3/minute } }
apis:
  warehouse:
    path: /warehouse
    identify: { oauth2: ${JSON.stringify(asking)} }
    authorize: anyone
    forward: { to: http://127.0.0.1:1 }
    operations: { GET /items: {} }`
  const gateway = await startGateway(file, yaml)
  const asked = authority.received.length
  const statuses = []
  for (let i = 0; i < 5; i += 1) statuses.push((await gateway.call('/warehouse/items', { headers: fresh() })).status)
  assert.deepEqual(statuses, [401, 401, 401, 429, 429])
  assert.equal(authority.received.length, asked + 3)
})

test('beside jwt an authority is asked about opaque tokens alone: what looks like a JWT, a key or a magic token never goes there', async () => {
  active()
  const signing = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
  const operation = api(
    'GET /it',
    {
      identify: any(oauth2({ ...asking, tokens: 'opaque' }), jwt({ secret: signing, issuer: 'me' })),
      authorize: anyone,
    },
    () => undefined,
  )
  const { fetch } = await app({ operations: [operation], clock: new FixedClock() })
  const status = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` }
    return (await fetch(new Request('http://localhost/it', { headers }))).status
  }
  const asked = authority.received.length
  assert.equal(await status(createToken({ iss: 'me' }, { secret: signing, now: noon })), 204)
  for (const text of [
    createToken({ iss: 'me' }, { secret: signing + signing, now: noon }),
    'a.b.c',
    'a.b.c.d.e',
    'sp_key_1',
    'smt1_a.b.c~d~e',
  ])
    assert.equal(await status(text), 401, text)
  assert.equal(authority.received.length, asked)
  assert.equal(await status('opaque.token'), 204)
  assert.equal(authority.received.length, asked + 1)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answer, startBackend, valuesOf } from '../harness/backend.ts'
import { counting, startCached, usesOf } from '../harness/cached.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { staffIssuer } from '../harness/guarded.ts'
import { bearerCredential, startMagic } from '../harness/magic.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const fresh = { 'Cache-Control': 'public, max-age=60' }

/** A gateway for staff that keeps answers, before a backend that gives these. */
async function staffed(
  t: TestContext,
  answer: Answer,
  written: { readonly forward?: string; readonly api?: string[] },
) {
  const before = `issuers: { staff: ${staffIssuer()} }`
  const gateway = await startCached(
    t,
    answer,
    { before, identify: '{ jwt: staff }', ...written },
    {
      files: { 'jwks.json': issuer.jwks },
    },
  )
  const as = async (claims: object, path = '/shop/items') => gateway.call(path, bearer(await issuer.token(claims)))
  return { ...gateway, as, textFor: async (claims: object) => (await as(claims)).text() }
}

const [alice, bob] = [{ sub: 'alice' }, { sub: 'bob' }]

test('callers share an answer where the backend is not told who calls, and each is judged anew', async t => {
  const api = ["operations: { 'GET /items': { authorize: { scopes: [list_items] } } }"]
  const gateway = await staffed(t, counting(fresh), { api })
  assert.equal(await gateway.textFor(alice), 'answer 1')
  assert.equal(await gateway.textFor(bob), 'answer 1')
  const refused = await gateway.as({ ...bob, scope: 'other' })
  assert.deepEqual([refused.status, (await problemOf(refused)).code], [403, 'scope-missing'])
  assert.equal((await gateway.call('/shop/items')).status, 401)
  assert.equal(gateway.backend.received.length, 1)
  await eventually('the calls are over', () => gateway.events.length === 4)
  assert.deepEqual(usesOf(gateway), ['miss', 'hit', undefined, undefined])
})

test('a backend that is told who calls shares an answer by saying so only: public or s-maxage', async t => {
  const shares = async (control: string) => {
    const gateway = await staffed(t, counting({ 'Cache-Control': control }), {
      forward: 'caller: { header: X-Caller }',
    })
    const [one, other] = [bearer(await issuer.token(alice)), bearer(await issuer.token(bob))]
    const got = []
    for (const token of [one, other, one]) got.push(await (await gateway.call('/shop/items', token)).text())
    return got
  }
  assert.deepEqual(await shares('max-age=60'), ['answer 1', 'answer 2', 'answer 1'])
  assert.deepEqual(await shares('max-age=60, must-revalidate'), ['answer 1', 'answer 2', 'answer 1'])
  assert.deepEqual(await shares('public, max-age=60'), ['answer 1', 'answer 1', 'answer 1'])
  assert.deepEqual(await shares('s-maxage=60'), ['answer 1', 'answer 1', 'answer 1'])
})

test('a caller with another credential, or other rights, is another one to a backend that is told of them', async t => {
  const forward = 'caller: { header: X-Caller }'
  const gateway = await staffed(t, counting({ 'Cache-Control': 'max-age=60' }), { forward })
  for (const claims of [alice, { ...alice, scope: 'a' }, { ...alice, roles: ['admin'] }, { ...alice, azp: 'desk' }]) {
    const token = bearer(await issuer.token(claims))
    const [first, again] = [await gateway.call('/shop/a', token), await gateway.call('/shop/a', token)]
    assert.equal(await first.text(), await again.text())
  }
  assert.equal(gateway.backend.received.length, 4)
})

test('an answer that varies by the caller as the backend is told it is kept for nobody', async t => {
  const gateway = await staffed(t, counting({ ...fresh, Vary: 'X-Caller' }), {
    forward: 'caller: { header: X-Caller }',
  })
  const token = bearer(await issuer.token(alice))
  for (let i = 0; i < 2; i++) await (await gateway.call('/shop/items', token)).text()
  assert.equal(gateway.backend.received.length, 2)
})

/** A gateway that believes what this machine says of the callers' addresses. */
const proxied = { gateway: 'trustedProxies: [127.0.0.1]' }

test('callers at other addresses share an answer that is said to be for everybody, or where the configuration says so', async t => {
  const got = async (control: string, cache = 'true') => {
    const gateway = await startCached(t, counting({ 'Cache-Control': control }), { ...proxied, cache })
    const from = (ip: string) => gateway.text('/shop/a', { 'X-Forwarded-For': ip })
    return [await from('192.0.2.1'), await from('192.0.2.2'), await from('192.0.2.1')]
  }
  assert.deepEqual(await got('max-age=60'), ['answer 1', 'answer 2', 'answer 1'])
  assert.deepEqual(await got('public, max-age=60'), ['answer 1', 'answer 1', 'answer 1'])
  assert.deepEqual(await got('max-age=60', '{ anyAddress: true }'), ['answer 1', 'answer 1', 'answer 1'])
})

test('what the credential of one magic token was answered is not given to another, whatever the backend says', async t => {
  const gateway = await startMagic(t, {
    answer: (_, response) => response.writeHead(200, fresh).end('of whoever asked'),
    forward: 'cache: true',
  })
  const tokenOf = (value: string) => gateway.mint({ allowed: ['GET /.*'], credential: { ...bearerCredential, value } })
  const [one, other] = ['credential-of-one-caller', 'credential-of-another']
  const tokens = [await tokenOf(one), await tokenOf(one), await tokenOf(other)]
  for (const token of [...tokens, ...tokens]) await (await gateway.as(token, '/github/user')).text()
  assert.deepEqual(
    gateway.backend.received.map(request => valuesOf(request, 'authorization')),
    [[`Bearer ${one}`], [`Bearer ${other}`]],
  )
})

test('an answer under another credential of the configuration is another answer', async t => {
  const backend = await startBackend(t, (request, response) =>
    response.writeHead(200, fresh).end(valuesOf(request, 'authorization').join()),
  )
  const written = (token: string) =>
    openYaml({ to: backend.url, forward: `cache: true, credential: { bearer: ${token} }`, gateway: 'log: "off"' })
  const gateway = await startGateway(t, written('first-credential'))
  const text = async () => (await gateway.call('/shop/a')).text()
  await text()
  await gateway.change('sallyport.yaml', written('second-credential'))
  await text()
  await gateway.change('sallyport.yaml', written('first-credential'))
  await text()
  assert.equal(backend.received.length, 2)
})

const guard = `
export const needs = ['answer']
export const create = (_, { refuse }) => ({
  check() {},
  async reply(answer, call) {
    const { owner } = await answer.json()
    if (owner !== call.caller.user?.subject) throw refuse('it is not theirs', { detail: 'Not yours.' })
    return { headers: { 'X-Seen-For': owner } }
  },
})`

test('what judges answers judges those that were kept, for each caller', async t => {
  const before = `issuers: { staff: ${staffIssuer()} }`
  const gateway = await startCached(
    t,
    (_, response) => response.writeHead(200, { ...fresh, 'Content-Type': 'application/json' }).end('{"owner":"alice"}'),
    {
      before,
      identify: '{ jwt: staff }',
      api: ["operations: { 'GET /items': { authorize: { anyone: true, module: { file: ./guard.js } } } }"],
    },
    { files: { 'jwks.json': issuer.jwks, 'guard.js': guard } },
  )
  const as = async (claims: object) => gateway.call('/shop/items', bearer(await issuer.token(claims)))
  const [first, others, again] = [await as(alice), await as(bob), await as(alice)]
  assert.deepEqual([first.status, others.status, again.status], [200, 403, 200])
  assert.ok(!(await others.text()).includes('alice'))
  assert.deepEqual([again.headers.get('x-seen-for'), await again.text()], ['alice', '{"owner":"alice"}'])
  assert.equal(gateway.backend.received.length, 1)
})

test('what is signed anew for each call is not kept, and takes no room from what is; signed answers are', async t => {
  const uses = async (way: string) => {
    const api = [`protect: { httpSignature: { ${way}: {} } }`]
    const gateway = await startCached(t, counting(fresh), { api })
    const got = [await gateway.text('/shop/items'), await gateway.text('/shop/items')]
    await eventually('the calls are over', () => gateway.events.length === 2)
    return [...got, ...usesOf(gateway)]
  }
  assert.deepEqual(await uses('requests'), ['answer 1', 'answer 2', 'bypassed', 'bypassed'])
  assert.deepEqual(await uses('answers'), ['answer 1', 'answer 1', 'miss', 'hit'])
})

test('nor is what comes signed by the caller', async t => {
  const gateway = await startCached(t, counting(fresh))
  const signature = { 'Signature-Input': 'sig1=("@method");created=1', Signature: 'sig1=:AAAA:' }
  const got = [await gateway.text('/shop/items', signature), await gateway.text('/shop/items', signature)]
  assert.deepEqual(got, ['answer 1', 'answer 2'])
  assert.equal(await gateway.text('/shop/items'), 'answer 3')
  assert.equal(await gateway.text('/shop/items'), 'answer 3')
})

import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { callerOf } from '../harness/caller.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { basicOf, usersFile } from '../harness/keys.ts'
import { mistakesOf } from '../harness/mistakes.ts'

const users = await usersFile({ user1: 'password1', user2: 'pass:word2', müller: 'schlüssel' })

async function basicGateway(t: TestContext) {
  const backend = await startBackend(t)
  const yaml = guardedYaml({ to: backend.url, sets: 'users: ./users.yaml', identify: '{ basic: { realm: My API } }' })
  const gateway = await startGateway(t, yaml, { files: { 'users.yaml': users } })
  const answer = (headers: Record<string, string>) => gateway.call('/warehouse/items', { headers })
  return { gateway, backend, answer }
}

test('[F12] the right name and password are good, and the backend learns the name, never the password', async t => {
  const { gateway, backend, answer } = await basicGateway(t)
  for (const [name, password] of [
    ['user1', 'password1'],
    ['user2', 'pass:word2'],
    ['müller', 'schlüssel'],
  ] as const) {
    assert.equal((await answer(basicOf(name, password))).status, 200, name)
    const received = backend.received.at(-1)
    assert.equal(callerOf(received).sub, name)
    assert.deepEqual(valuesOf(received, 'authorization'), [])
  }
  assert.ok(!JSON.stringify(gateway.events).includes('password1'))
})

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')

const bad: readonly (readonly [what: string, authorization: string])[] = [
  ['a wrong password', basicOf('user1', 'password2').Authorization],
  ['the password of another user', basicOf('user1', 'pass:word2').Authorization],
  ['an unknown name', basicOf('ghost', 'password1').Authorization],
  ['an empty password', basicOf('user1', '').Authorization],
  ['an empty name', basicOf('', 'password1').Authorization],
  ['a name in another case', basicOf('User1', 'password1').Authorization],
  ['no colon', `Basic ${base64('user1password1')}`],
  ['malformed base64', 'Basic user1:password1'],
  ['base64 with letters after its end', `Basic ${base64('user1:password1')}==x`],
  ['bytes that are no UTF-8', `Basic ${base64(Buffer.from([0x75, 0x3a, 0xff]))}`],
  ['nothing after the scheme', 'Basic'],
  ['another scheme', `Bearer ${base64('user1:password1')}`],
]

for (const [what, authorization] of bad) {
  test(`[F12] ${what} is 401 and the backend gets no call`, async t => {
    const { backend, answer } = await basicGateway(t)
    assert.equal((await answer({ Authorization: authorization })).status, 401)
    assert.equal(backend.received.length, 0)
  })
}

test('[F12] a name that nobody has is refused with the same words as a wrong password', async t => {
  const { answer } = await basicGateway(t)
  const words = async (name: string) => {
    const { callId, ...rest } = JSON.parse(await (await answer(basicOf(name, 'wrong'))).text())
    assert.equal(typeof callId, 'string')
    return rest
  }
  assert.deepEqual(await words('ghost'), await words('user1'))
})

test('[F13] a 401 names the realm as it was written', async t => {
  const { answer } = await basicGateway(t)
  for (const headers of [{}, basicOf('user1', 'wrong')]) {
    assert.match((await answer(headers)).headers.get('www-authenticate') ?? '', /^Basic realm="My API"/)
  }
})

const listening = (gateway: string) => `
sallyport: 1
gateway: ${gateway}
users: ./users.yaml
apis:
  warehouse: { path: /warehouse, identify: { basic: {} }, authorize: anyone, inspect: { csrf: off }, forward: { to: "http://127.0.0.1:9" } }`

for (const host of ['0.0.0.0', '::', '192.0.2.1', 'gateway.example']) {
  test(`[A56] basic does not load with a plain listener on ${host}`, async t => {
    const gateway = `{ http: { port: 0, host: "${host}" } }`
    const mistakes = await mistakesOf(t, listening(gateway), { files: { 'users.yaml': users } })
    assert.match(mistakes.join('\n'), /basic needs TLS/)
  })
}

test('[A56] basic does not load beyond loopback where it is one of several methods, or of one operation', async t => {
  const yaml = `
sallyport: 1
gateway: { http: { port: 0, host: 0.0.0.0 } }
users: ./users.yaml
apiKeys: ./keys.yaml
apis:
  warehouse:
    path: /warehouse
    identify: { apiKey: {} }
    authorize: anyone
    forward: { to: "http://127.0.0.1:9" }
    operations:
      GET /items: {}
      GET /orders: { identify: { any: [{ apiKey: {} }, { all: [{ apiKey: { header: X-Second } }, { basic: {} }] }] } }`
  const mistakes = await mistakesOf(t, yaml, { files: { 'users.yaml': users, 'keys.yaml': 'keys: {}' } })
  assert.match(mistakes.join('\n'), /GET \/orders.*basic needs TLS/)
})

test('[A56] on loopback basic loads without TLS', async t => {
  for (const host of ['127.0.0.1', 'localhost']) {
    const yaml = listening(`{ http: { port: 0, host: ${host} } }`)
    const gateway = await startGateway(t, yaml, { files: { 'users.yaml': users } })
    assert.equal((await gateway.call('/warehouse/items')).status, 401)
  }
})

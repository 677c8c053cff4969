import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { after, test } from 'node:test'
import {
  all,
  answer,
  any,
  anyone,
  api,
  apiKey,
  app,
  basic,
  createToken,
  hashPassword,
  type Identify,
  type JwtOptions,
  jwt,
  jwtFrom,
  type Rules,
  roles,
  scopes,
} from '@sallyport/sdk'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { FixedClock, noon } from '../harness/gateway.ts'
import { startIdProvider } from '../harness/id-provider.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { testIssuer } from '../harness/tokens.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const now = noon / 1000
const file: Lifetime = { after }
const keys = [
  { id: 'reader', key: 'a-key-of-many-letters-1', scopes: ['read'] },
  { id: 'writer', key: 'a-key-of-many-letters-2', scopes: ['read', 'write'] },
]
const [readerKey, writerKey] = keys.map(({ key }) => ({ 'X-API-Key': key }))
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

/** A token with these claims; they may be what no token should have. */
const tokenOf = (claims: object, header: object = {}) =>
  new SignJWT({ exp: now + 60, ...claims }).setProtectedHeader({ alg: 'HS256', ...header }).sign(Buffer.from(secret))

/** One guarded operation: what a call comes to, who the handler was told of, and how often it ran. */
async function guarded(identify: Identify, rules: Rules = { authorize: anyone }) {
  const clock = new FixedClock()
  const told: string[] = []
  const operation = api(
    'GET /it',
    { identify, ...rules, response: z.string(), responses: { 403: z.string() } },
    ({ caller }) => {
      told.push(caller.credential.kind)
      return caller.user?.subject === 'shy' ? answer(403, 'my own') : (caller.user?.subject ?? caller.credential.id)
    },
  )
  const { fetch } = await app({ operations: [operation], clock })
  const call = (headers: Record<string, string> = {}) => fetch(new Request('http://localhost/it', { headers }))
  const status = async (headers: Record<string, string> = {}) => (await call(headers)).status
  return { call, status, told, clock }
}

test('[F2] an application takes the algorithm that is named: not none, not HS512 with the same secret', async () => {
  const { status, told } = await guarded(jwt({ secret }))
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = part({ sub: 'ann', exp: now + 60 })
  assert.equal(await status(bearer(`${part({ alg: 'none' })}.${claims}.`)), 401)
  const long = await new SignJWT({ exp: now + 60 }).setProtectedHeader({ alg: 'HS512' }).sign(Buffer.from(secret))
  assert.equal(await status(bearer(long)), 401)
  assert.deepEqual(told, [])
  assert.equal(await status(bearer(await tokenOf({}))), 200)
})

test('[F5] in an application a token ends at the second of exp, and needs one unless that is switched off', async () => {
  const expired = { exp: now }
  const table: readonly (readonly [JwtOptions['expiry'], object, number])[] = [
    ['required', expired, 401],
    ['required', { exp: now + 1 }, 200],
    ['required', { exp: undefined }, 401],
    ['optional', expired, 401],
    ['optional', { exp: undefined }, 200],
    ['ignored', expired, 200],
    ['ignored', { exp: undefined }, 200],
  ]
  for (const [expiry = 'required', claims, expected] of table) {
    const { status } = await guarded(jwt({ secret, expiry }))
    assert.equal(await status(bearer(await tokenOf(claims))), expected, `${expiry} ${JSON.stringify(claims)}`)
  }
})

test('[F6] in an application each of iss, aud, sub, jti and at_hash is judged where that is asked for, and else ignored', async () => {
  const revoked = new Set(['t9'])
  const access = 'the-access-token'
  const digest = createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url')
  const table: readonly (readonly [string, Partial<JwtOptions>, wrong: unknown, right: unknown])[] = [
    ['iss', { issuer: 'https://id.example.com' }, 'https://other.example.com', 'https://id.example.com'],
    ['aud', { audience: 'warehouse' }, ['else'], ['else', 'warehouse']],
    ['sub', { subject: 'ann' }, 'bob', 'ann'],
    ['sub', { subject: 'required' }, '', 'anybody'],
    ['jti', { jti: 'required', revoked }, '', 't1'],
    ['jti', { jti: 'required', revoked }, 't9', 't1'],
    ['at_hash', { atHash: true, header: 'X-ID-Token' }, 'wrong', digest],
  ]
  for (const [claim, options, wrong, right] of table) {
    const isIdToken = claim === 'at_hash'
    const place = isIdToken ? { header: 'X-ID-Token' } : {}
    const send = (token: string): Record<string, string> =>
      isIdToken ? { ...bearer(access), 'X-ID-Token': token } : bearer(token)
    const strict = await guarded(jwt({ secret, ...options } as JwtOptions))
    const lax = await guarded(jwt({ secret, ...place }))
    for (const [value, expected] of [
      [undefined, 401],
      [wrong, 401],
      [right, 200],
    ] as const) {
      const token = await tokenOf({ [claim]: value })
      assert.equal(await strict.status(send(token)), expected, `${claim} ${String(value)}`)
      if (!isIdToken) assert.equal(await lax.status(send(token)), 200, `${claim} ${String(value)} ignored`)
    }
  }
})

test('[F6] a token id that is revoked while the application runs is good no more', async () => {
  const revoked = new Set<string>()
  const { status } = await guarded(jwt({ secret, revoked }))
  const token = bearer(await tokenOf({ jti: 't1' }))
  assert.equal(await status(token), 200)
  revoked.add('t1')
  assert.equal(await status(token), 401)
})

test('[F10] in an application all scopes are needed: a key with read alone may not write', async () => {
  const { status, told } = await guarded(apiKey({ keys }), { authorize: scopes('read', 'write') })
  assert.deepEqual([await status(readerKey), told.length], [403, 0])
  assert.deepEqual([await status(writerKey), told.length], [200, 1])
})

test('[F11] an application reads the key header in any case, and another one, query or cookie where that is said', async () => {
  const { status } = await guarded(apiKey({ keys }))
  for (const name of ['x-api-key', 'X-API-KEY', 'X-Api-Key'])
    assert.equal(await status({ [name]: keys[0]?.key ?? '' }), 200, name)
  const several = await guarded(apiKey({ keys, header: 'X-Key', cookie: 'key' }))
  const [one = ''] = keys.map(({ key }) => key)
  assert.equal(await several.status({ 'X-Key': one }), 200)
  assert.equal(await several.status({ Cookie: `key=${one}` }), 200)
  assert.equal(await several.status({ 'X-Key': one, Cookie: `key=${one}` }), 401)
  assert.equal(await several.status({ 'X-API-Key': one }), 401)
})

test('[F12] [F13] an application asks for a name and password under its realm, and a handler learns the name', async () => {
  const users = [{ name: 'ann', password: await hashPassword('correct horse') }]
  const { call } = await guarded(basic({ users, realm: 'My API' }))
  const refused = await call()
  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate') ?? '', /^Basic realm="My API"/)
  const pair = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  assert.equal((await call(pair('bob:correct horse'))).status, 401)
  assert.equal(await (await call(pair('ann:correct horse'))).json(), 'ann')
})

test('[F15] in an application any one is enough, the handler sees which, and a bad one beside a good one is refused', async () => {
  const { status, told } = await guarded(any(jwt({ secret }), apiKey({ keys })))
  const token = bearer(await tokenOf({ sub: 'ann' }))
  assert.equal(await status(token), 200)
  assert.equal(await status(readerKey), 200)
  assert.deepEqual(told, ['jwt', 'apiKey'])
  assert.equal(await status(), 401)
  assert.equal(await status({ ...bearer('garbage'), ...readerKey }), 401)
  assert.equal(await status({ ...token, 'X-API-Key': 'a-key-of-many-letters-9' }), 401)
  assert.equal(told.length, 2)
})

test('[F16] in an application all are needed, and any and all nest', async () => {
  const token = bearer(await tokenOf({ sub: 'ann', scope: 'read' }))
  const both = await guarded(all(jwt({ secret }), apiKey({ keys })), { authorize: scopes('read') })
  assert.deepEqual([await both.status(token), await both.status(readerKey)], [401, 401])
  assert.equal(await both.status({ ...token, ...readerKey }), 200)
  assert.deepEqual(both.told, ['jwt'])
  const users = [{ name: 'ann', password: await hashPassword('correct horse') }]
  const nested = await guarded(any(all(jwt({ secret }), apiKey({ keys })), basic({ users })))
  const pair = { Authorization: `Basic ${Buffer.from('ann:correct horse').toString('base64')}` }
  assert.equal(await nested.status(pair), 200)
  assert.equal(await nested.status({ ...token, ...readerKey }), 200)
  assert.deepEqual([await nested.status(token), await nested.status(readerKey)], [401, 401])
})

test('[F44] secrets come from the environment: unset, empty, weak or for an unknown algorithm, nothing starts', async () => {
  const { status } = await guarded(jwt(jwtFrom({ JWT_SECRET: secret })))
  assert.equal(await status(bearer(createToken({}, { ...jwtFrom({ JWT_SECRET: secret }), now: noon }))), 200)
  const long = jwtFrom({ JWT_SECRET: secret + secret, JWT_ALGORITHM: 'HS512' })
  const other = await guarded(jwt(long))
  assert.equal(await other.status(bearer(createToken({}, { ...long, now: noon }))), 200)
  assert.equal(await other.status(bearer(await tokenOf({}))), 401)
  assert.throws(() => jwt(jwtFrom({})), /JWT_SECRET is not set/)
  assert.throws(() => jwt(jwtFrom({ JWT_SECRET: '' })), /JWT_SECRET is not set/)
  assert.throws(() => jwt(jwtFrom({ JWT_SECRET: secret, JWT_ALGORITHM: 'none' })), /JWT_ALGORITHM/)
  for (const weak of ['secret', 'changeme-changeme-changeme-changeme', 'a'.repeat(64)])
    assert.throws(() => jwt(jwtFrom({ JWT_SECRET: weak })), /jwt\.secret/, weak)
})

test('[F47] a role of the claims opens an operation; lacking, or another that only looks like it, is 403', async () => {
  const { call, told } = await guarded(jwt({ secret, roles: 'realm.roles' }), { authorize: roles('admin') })
  const ask = async (held: unknown, sub = 'ann') => call(bearer(await tokenOf({ sub, realm: { roles: held } })))
  for (const held of [
    ['user'],
    'administrator',
    'user admin',
    ['administrator'],
    [['admin']],
    { admin: true },
    undefined,
  ]) {
    const refused = await ask(held)
    assert.equal(refused.status, 403, JSON.stringify(held))
    assert.deepEqual(z.looseObject({ missing: z.unknown() }).parse(await refused.json()).missing, { roles: ['admin'] })
  }
  assert.deepEqual(told, [])
  assert.equal((await ask(['user', 'admin'])).status, 200)
  const own = await ask(['admin'], 'shy')
  assert.deepEqual([own.status, await own.json()], [403, 'my own'])
})

test('tokens of an issuer are verified by the keys that it publishes, and by new ones when it changes them', async () => {
  const [first, second] = [await testIssuer('ES256', 'k1'), await testIssuer('ES256', 'k2')]
  const provider = await startIdProvider(file, first.jwks)
  const { status, clock } = await guarded(jwt({ issuer: provider.url, audience: 'warehouse' }))
  const claims = { iss: provider.url }
  assert.equal(await status(bearer(await first.token(claims))), 200)
  assert.equal(await status(bearer(await first.token({ ...claims, aud: 'else' }))), 401)
  assert.equal(await status(bearer(await first.token())), 401)
  provider.publish(second.jwks)
  assert.equal(await status(bearer(await second.token(claims))), 401, 'asked too lately')
  clock.advance(30_000)
  assert.equal(await status(bearer(await second.token(claims))), 200)
  provider.answer(500)
  const unreached = await guarded(jwt({ issuer: provider.url, audience: 'warehouse' }))
  assert.equal(await unreached.status(bearer(await second.token(claims))), 503)
})

test('tokens are verified by a key set at a URL, one that is given, or PEM; and another library reads those that a key makes', async () => {
  const issued = await testIssuer()
  const provider = await startIdProvider(file, issued.jwks)
  const by = { issuer: 'https://id.example.com', audience: 'warehouse' }
  for (const place of [{ jwks: `${provider.url}/keys` }, { jwks: JSON.parse(issued.jwks) }, { pem: issued.pem }]) {
    const { status } = await guarded(jwt({ ...by, ...place }))
    assert.equal(await status(bearer(await issued.token())), 200, Object.keys(place)[0])
    assert.equal(await status(bearer(await (await testIssuer()).token())), 401)
    const other = await guarded(jwt({ ...by, ...place, algorithms: ['RS256'] }))
    assert.equal(await other.status(bearer(await issued.token())), 401)
  }
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const pem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const { status } = await guarded(jwt({ ...by, pem }))
  const made = createToken({ iss: by.issuer, aud: by.audience, sub: 'ann' }, { key, now: noon })
  assert.equal(await status(bearer(made)), 200)
})

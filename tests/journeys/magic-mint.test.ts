import assert from 'node:assert/strict'
import test from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { z } from 'zod'
import { noon } from '../harness/gateway.ts'
import { bearerCredential, magicUrl, manage, mintFor, realToken, startMagic } from '../harness/magic.ts'

const user = { allowed: ['GET /user'] }
const seconds = noon / 1000

test('[M1] a credential and what it may do come in, a JWT of three parts comes out', async t => {
  const gateway = await startMagic(t)
  const response = await mintFor(gateway, { ...user, name: 'bot' })
  assert.equal(response.status, 200)
  const { token, ...rest } = z.looseObject({ token: z.string(), id: z.string() }).parse(await response.json())
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/)
  const audience = `github ${gateway.backend.url}`
  assert.deepEqual(rest, { id: decodeJwt(token).jti, audience, masked: true, expires: '2026-02-14T12:00:00.000Z' })
})

test('[M2] the claims are the settled ones, and allowed is what was asked for', async t => {
  const gateway = await startMagic(t)
  const permit = [{ method: 'GET', path: '/issues', query: { state: 'open' } }]
  const { token, jti, ...claims } = decodeJwt(await gateway.mint({ ...user, permit, rate: ['10/hour'], name: 'bot' }))
  assert.equal(typeof token, 'string')
  assert.match(String(jti), /^[\w-]{22}$/)
  assert.deepEqual(claims, {
    ...{ v: 1, iss: magicUrl, aud: `github ${gateway.backend.url}` },
    ...{ iat: seconds, nbf: seconds, exp: seconds + 2_592_000 },
    ...{ allowed: user.allowed, permit, rate: ['10/hour'], name: 'bot' },
  })
})

test('[M3] the signature is verified with a key that the gateway publishes', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint(user)
  const jwks = z.object({ keys: z.array(z.record(z.string(), z.string())) })
  const published = jwks.parse(await (await gateway.call('/.well-known/jwks.json')).json())
  assert.ok(published.keys.every(key => key.d === undefined))
  const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(published), { currentDate: new Date(noon) })
  assert.equal(protectedHeader.alg, 'ES256')
  assert.equal(protectedHeader.typ, 'sallyport-magic+jwt')
})

test('[M4] the credential is sealed for another key than the one that signs, anew each time', async t => {
  const gateway = await startMagic(t)
  const [one, two] = [await gateway.mint(user), await gateway.mint(user)]
  const sealed = [one, two].map(token => String(decodeJwt(token).token))
  assert.notEqual(sealed[0], sealed[1])
  const header = decodeProtectedHeader(sealed[0] ?? '')
  assert.equal(header.alg, 'ECDH-ES')
  assert.notEqual(header.kid, decodeProtectedHeader(one).kid)
  const readable = one.split('.').map(part => Buffer.from(part, 'base64url').toString('latin1'))
  for (const text of [one, ...readable]) {
    for (const shown of [realToken, btoa(realToken).slice(0, -2), btoa(`Bearer ${realToken}`).slice(0, -2)])
      assert.ok(!text.includes(shown))
  }
})

test('[M5] a token lives as long as was asked for, up to what the API allows', async t => {
  const gateway = await startMagic(t)
  const lived = async (order: object) => {
    const { exp = 0, iat = 0 } = decodeJwt(await gateway.mint({ ...user, ...order }))
    return exp - iat
  }
  assert.equal(await lived({}), 2_592_000)
  assert.equal(await lived({ life: 157_680_000 }), 157_680_000)
  assert.equal(await lived({ life: 1 }), 1)
  const refused = await mintFor(gateway, { ...user, life: 157_680_001 })
  assert.equal(refused.status, 400)
  assert.ok(
    'life' in z.looseObject({ errors: z.object({ life: z.array(z.string()) }) }).parse(await refused.json()).errors,
  )
})

test('[M5] the longest life is the API’s to say, for mint and for use', async t => {
  const gateway = await startMagic(t, { api: ['tokens: { longest: 1h }'] })
  assert.equal((await mintFor(gateway, { ...user, life: 3601 })).status, 400)
  const token = await gateway.mint(user)
  assert.equal(decodeJwt(token).exp, seconds + 3600)
  assert.equal((await gateway.as(token, '/github/user')).status, 200)
  gateway.clock.advance(3_600_000)
  assert.equal((await gateway.as(token, '/github/user')).status, 401)
})

const refused: readonly (readonly [what: string, order: object, where: RegExp, words: RegExp])[] = [
  ['a scope without path', { allowed: ['FOO'] }, /^allowed/, /method in capitals/],
  ['a method alone', { allowed: ['GET'] }, /^allowed/, /method in capitals/],
  ['a pattern that does not end', { allowed: ['GET /('] }, /^allowed/, /missing closing/],
  ['a number', { allowed: [7] }, /^allowed/, /string/],
  ['no list', { allowed: 'GET /user' }, /^allowed/, /array/],
  ['neither allowed nor permit', {}, /^allowed/, /allowed or permit/],
  ['look-ahead', { allowed: ['GET /(?=x)'] }, /^allowed/, /look-ahead/],
  ['look-behind', { allowed: ['GET /(?<!x)y'] }, /^allowed/, /look-behind/],
  ['a back-reference', { allowed: ['GET /(.)\\1'] }, /^allowed/, /back-reference/],
  ['an unknown member of a permit', { permit: [{ method: 'GET', path: '/', when: 'now' }] }, /^permit/, /when/],
  [
    'a member that hides',
    { permit: [JSON.parse('{"method":"GET","path":"/","query":{"__proto__":"x"}}')] },
    /./,
    /known/,
  ],
  ['an unknown member', { ...user, scopes: ['x'] }, /^scopes/, /known/],
  ['an unknown API', { ...user, api: 'gitlab' }, /^api/, /github/],
  [
    'a credential that would break the header',
    { ...user, credential: { ...bearerCredential, value: 'a\nb' } },
    /^credential/,
    /control/,
  ],
  [
    'a header that would frame the request',
    { ...user, credential: { ...bearerCredential, name: 'Transfer-Encoding' } },
    /^credential/,
    /frame/,
  ],
  ['an unknown kind of credential', { ...user, credential: { kind: 'oauth', value: 'x' } }, /^credential/, /./],
  ['a life of nothing', { ...user, life: 0 }, /^life/, /./],
]

for (const [what, order, where, words] of refused) {
  test(`[M14] ${what} is 400 with what is wrong, and no token`, async t => {
    const gateway = await startMagic(t)
    const response = await mintFor(gateway, order)
    assert.equal(response.status, 400)
    const text = await response.text()
    const told = Object.entries<string[]>(JSON.parse(text).errors).map(
      ([name, messages]) => `${name}: ${messages.join(' ')}`,
    )
    assert.ok(
      told.some(error => where.test(error) && words.test(error)),
      text,
    )
    assert.ok(!text.includes(realToken))
  })
}

test('[M1] nobody makes tokens without the operator’s key, and duplicate members are refused', async t => {
  const gateway = await startMagic(t)
  const body = JSON.stringify({ api: 'github', credential: bearerCredential, ...user })
  const stranger = await fetch(`${gateway.running.management}/api/v1/tokens`, {
    ...{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body },
  })
  assert.equal(stranger.status, 401)
  const doubled = await manage(gateway, '/tokens', body.replace('{', '{"allowed":["* /.*"],'))
  assert.equal(doubled.status, 400)
})

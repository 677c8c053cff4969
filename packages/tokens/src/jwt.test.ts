import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { BadToken, type BadTokenCode } from './bad-token.ts'
import { goodClaims, issuer, mint, now, publicKeys, rules, testClock } from './independent-issuer.ts'
import { createJwtVerifier, type JwtRules, peekJwt } from './jwt.ts'
import { fixedKeys, type KeySource } from './key-source.ts'

function setUp(changes: Partial<JwtRules> = {}, source: KeySource = fixedKeys(publicKeys('P-256', 'RSA'))) {
  const clock = testClock()
  return {
    clock,
    verifier: createJwtVerifier(
      { ...rules, ...changes },
      source,
      { clock, randomKey: randomBytes(32) },
      claims => claims,
    ),
  }
}

function refusedAs(code: BadTokenCode) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof BadToken, String(error))
    assert.equal(error.code, code, error.reason)
    return true
  }
}

/** Twice: a verdict that is remembered must not be milder than the first one. */
async function verdict(token: string, changes: Partial<JwtRules>): Promise<BadTokenCode | 'good'> {
  const { verifier } = setUp(changes)
  const verdicts: (BadTokenCode | 'good')[] = []
  for (let round = 0; round < 2; round += 1) {
    try {
      await verifier.verify(token)
      verdicts.push('good')
    } catch (error) {
      assert.ok(error instanceof BadToken, String(error))
      assert.ok(!error.reason.includes(token), 'the reason shows the token')
      verdicts.push(error.code)
    }
  }
  assert.equal(verdicts[0], verdicts[1])
  return verdicts[0] ?? 'good'
}

test('a good token gives its claims, at once where the keys are known', async () => {
  const { verifier } = setUp()
  assert.deepEqual(verifier.verify(await mint()), goodClaims)
})

test('where keys must be waited for, the claims come as a promise', async () => {
  const keys = fixedKeys(publicKeys('P-256'))
  const { verifier } = setUp({}, { version: () => 1, find: async (kid, alg) => keys.find(kid, alg) })
  const answer = verifier.verify(await mint())
  assert.ok(answer instanceof Promise)
  assert.deepEqual(await answer, goodClaims)
  await assert.rejects(async () => verifier.verify(await mint({ ...goodClaims, exp: now })), refusedAs('expired'))
})

test('rules that allow none, an unknown algorithm or nothing at all make no verifier', () => {
  for (const algorithms of [['none'], ['RS256', 'None'], ['constructor'], []]) {
    assert.throws(() => setUp({ algorithms }), TypeError)
  }
})

const leeway = { leewayMs: 30_000 }
const roles = { realm: { roles: ['admin'] }, 'https://x.example.com/tier': 'gold', 'a.b': 1, ok: true, none: null }

/** Claims (over the good ones; undefined takes one away), rules, verdict. */
const cases: readonly (readonly [
  title: string,
  claims: object,
  rules: Partial<JwtRules>,
  wanted: BadTokenCode | 'good',
])[] = [
  ['another issuer', { iss: 'https://evil.example.com' }, {}, 'claim'],
  ['the issuer with a slash more', { iss: `${issuer}/` }, {}, 'claim'],
  ['no issuer', { iss: undefined }, {}, 'claim'],
  ['any issuer, where it does not matter', { iss: undefined }, { issuer: 'any' }, 'good'],
  ['an issuer that is no string', { iss: [issuer] }, { issuer: 'any' }, 'claim'],

  ['another audience', { aud: 'shop' }, {}, 'claim'],
  ['no audience', { aud: undefined }, {}, 'claim'],
  ['an empty audience', { aud: [] }, {}, 'claim'],
  ['our audience among others', { aud: ['shop', 'warehouse'] }, {}, 'good'],
  ['one of our audiences', { aud: 'shop' }, { audience: ['warehouse', 'shop'] }, 'good'],
  ['a part of our audience', { aud: 'ware' }, {}, 'claim'],
  ['an audience in an audience', { aud: [['warehouse']] }, {}, 'claim'],
  ['an audience that is an object', { aud: { warehouse: 1 } }, { audience: 'any' }, 'claim'],
  ['no audience, where it does not matter', { aud: undefined }, { audience: 'any' }, 'good'],
  ['any audience, where none is ours', {}, { audience: [] }, 'claim'],

  ['no subject, where one is needed', { sub: undefined }, { subject: 'required' }, 'claim'],
  ['an empty subject, where one is needed', { sub: '' }, { subject: 'required' }, 'claim'],
  ['another subject', { sub: 'bob' }, { subject: 'alice' }, 'claim'],
  ['the right subject', {}, { subject: 'alice' }, 'good'],
  ['no subject, where it does not matter', { sub: undefined }, {}, 'good'],
  ['a subject that is a number', { sub: 1 }, {}, 'claim'],

  ['an exp of now', { exp: now }, {}, 'expired'],
  ['an exp of a second from now', { exp: now + 1 }, {}, 'good'],
  ['an exp of half a second from now', { exp: now + 0.5 }, {}, 'good'],
  ['an exp as old as the leeway', { exp: now - 30 }, leeway, 'expired'],
  ['an exp a little younger than the leeway', { exp: now - 29 }, leeway, 'good'],
  ['an exp of zero', { exp: 0 }, {}, 'expired'],
  ['a negative exp', { exp: -1 }, {}, 'expired'],
  ['an exp that is a string', { exp: String(now + 60) }, {}, 'claim'],
  ['an exp that is an array', { exp: [now + 60] }, {}, 'claim'],
  ['an exp that is null', { exp: null }, {}, 'claim'],
  ['an exp beyond all dates', { exp: 1e300 }, {}, 'claim'],
  ['no exp', { exp: undefined }, {}, 'claim'],
  ['no exp, where it may be missing', { exp: undefined }, { expiry: 'optional' }, 'good'],
  ['an old exp, where it may be missing', { exp: now - 1 }, { expiry: 'optional' }, 'expired'],
  ['an old exp, where it is ignored', { exp: now - 1 }, { expiry: 'ignored' }, 'good'],
  ['an exp that is a string, where it is ignored', { exp: '1' }, { expiry: 'ignored' }, 'claim'],

  ['an nbf of now', { nbf: now }, {}, 'good'],
  ['an nbf of a second from now', { nbf: now + 1 }, {}, 'not-yet'],
  ['an nbf as far as the leeway', { nbf: now + 30 }, leeway, 'good'],
  ['an nbf farther than the leeway', { nbf: now + 31 }, leeway, 'not-yet'],
  ['an nbf that is a string', { nbf: '0' }, {}, 'claim'],
  ['an iat of a second from now', { iat: now + 1 }, {}, 'not-yet'],
  ['an iat as far as the leeway', { iat: now + 30 }, leeway, 'good'],
  ['an iat that is a string', { iat: String(now) }, {}, 'claim'],
  ['an iat as old as is allowed', { iat: now - 60 }, { maxAgeMs: 60_000 }, 'expired'],
  ['an iat younger than is allowed', { iat: now - 59 }, { maxAgeMs: 60_000 }, 'good'],
  ['no iat, where the age is bounded', { iat: undefined }, { maxAgeMs: 60_000 }, 'claim'],

  ['no jti, where one is needed', { jti: undefined }, { jti: 'required' }, 'claim'],
  ['an empty jti, where one is needed', { jti: '' }, { jti: 'required' }, 'claim'],
  ['a jti that is a number', { jti: 1 }, {}, 'claim'],
  ['a revoked jti', {}, { revoked: new Set(['token-1']) }, 'revoked'],
  ['a jti that is not revoked', {}, { jti: 'required', revoked: new Set(['token-2']) }, 'good'],

  ['token_use id', { token_use: 'id' }, {}, 'claim'],
  ['token_use access', { token_use: 'access', nonce: 'n' }, {}, 'good'],
  ['typ ID of Keycloak', { typ: 'ID' }, {}, 'claim'],
  ['typ Refresh of Keycloak', { typ: 'Refresh' }, {}, 'claim'],
  ['typ Logout of Keycloak', { typ: 'Logout' }, {}, 'claim'],
  ['typ Bearer of Keycloak', { typ: 'Bearer', nonce: 'n' }, {}, 'good'],
  ['at_hash', { at_hash: 'x' }, {}, 'claim'],
  ['c_hash', { c_hash: 'x' }, {}, 'claim'],
  ['s_hash', { s_hash: 'x' }, {}, 'claim'],
  ['nonce', { nonce: 'x' }, {}, 'claim'],
  ['an ID token, where it is wanted', { at_hash: 'x', nonce: 'x', typ: 'ID' }, { idToken: true }, 'good'],

  ['cnf, which nobody proves', { cnf: { jkt: 'x' } }, {}, 'claim'],
  ['cnf, which someone else proves', { cnf: { jkt: 'x' } }, { confirmation: 'proved-elsewhere' }, 'good'],

  ['a claim that must be there', roles, { required: { 'realm.roles': 'present', '/a.b': 1, ok: true } }, 'good'],
  ['a claim whose name is a URL', roles, { required: { '/https://x.example.com/tier': 'gold' } }, 'good'],
  ['another value than wanted', roles, { required: { '/https://x.example.com/tier': 'silver' } }, 'claim'],
  ['a value of another type than wanted', roles, { required: { '/a.b': '1' } }, 'claim'],
  ['an array where a value is wanted', roles, { required: { 'realm.roles': 'admin' } }, 'claim'],
  ['null where something must be there', roles, { required: { none: 'present' } }, 'claim'],
  ['nothing where something must be there', {}, { required: { 'realm.roles': 'present' } }, 'claim'],
  ['only inherited names', {}, { required: { constructor: 'present' } }, 'claim'],
  ['only inherited members', roles, { required: { 'realm.roles.length': 'present' } }, 'claim'],
]

for (const [title, changes, ruleChanges, wanted] of cases) {
  test(`a token with ${title} is ${wanted}`, async () => {
    assert.equal(await verdict(await mint({ ...goodClaims, ...changes }), ruleChanges), wanted)
  })
}

const types: readonly (readonly [
  typ: string | undefined,
  wanted: string | undefined,
  verdict: BadTokenCode | 'good',
])[] = [
  ['at+jwt', 'at+jwt', 'good'],
  ['application/at+jwt', 'at+jwt', 'good'],
  ['AT+JWT', 'application/at+jwt', 'good'],
  ['JWT', 'at+jwt', 'claim'],
  [undefined, 'at+jwt', 'claim'],
  ['text/at+jwt', 'at+jwt', 'claim'],
  [undefined, undefined, 'good'],
  ['JWT', undefined, 'good'],
  ['at+jwt', undefined, 'good'],
  ['logout+jwt', undefined, 'claim'],
  ['application/DPoP+JWT', undefined, 'claim'],
]

for (const [typ, wanted, outcome] of types) {
  test(`a token of typ ${typ} where ${wanted ?? 'nothing'} is demanded is ${outcome}`, async () => {
    assert.equal(await verdict(await mint(goodClaims, typ === undefined ? {} : { typ }), { typ: wanted }), outcome)
  })
}

test('a token that is too long is malformed, however good', async () => {
  const token = await mint()
  assert.equal(await verdict(token, { maxLength: token.length }), 'good')
  assert.equal(await verdict(token, { maxLength: token.length - 1 }), 'malformed')
})

test('a remembered token expires and is revoked all the same', async () => {
  const revoked = new Set<string>()
  const { verifier, clock } = setUp({ revoked })
  const token = await mint()
  verifier.verify(token)
  revoked.add('token-1')
  assert.throws(() => verifier.verify(token), refusedAs('revoked'))
  revoked.clear()
  clock.pass(3_599_999)
  verifier.verify(token)
  clock.pass(1)
  assert.throws(() => verifier.verify(token), refusedAs('expired'))
})

test('a token is verified once, and again when the keys change', async () => {
  const given = fixedKeys(publicKeys('P-256'))
  let version = 1
  let asked = 0
  const source: KeySource = {
    version: () => version,
    find: (kid, alg) => {
      asked += 1
      return version < 3 ? given.find(kid, alg) : []
    },
  }
  const { verifier } = setUp({}, source)
  const token = await mint()
  verifier.verify(token)
  verifier.verify(token)
  assert.equal(asked, 1)
  version = 2
  verifier.verify(token)
  assert.equal(asked, 2)
  version = 3
  assert.throws(() => verifier.verify(token), refusedAs('key'))
})

test('failures are not remembered: a key that comes later makes the token good', async () => {
  let known = false
  const given = fixedKeys(publicKeys('P-256'))
  const { verifier } = setUp({}, { version: () => 1, find: (kid, alg) => (known ? given.find(kid, alg) : []) })
  const token = await mint()
  assert.throws(() => verifier.verify(token), refusedAs('key'))
  known = true
  assert.deepEqual(verifier.verify(token), goodClaims)
})

test('what a caller does with the claims does not reach the next one', async () => {
  const { verifier } = setUp()
  const token = await mint({ ...goodClaims, realm: { roles: ['user'] } })
  const claims = await verifier.verify(token)
  assert.throws(() => Object.assign(claims, { sub: 'root' }), TypeError)
  const { realm } = claims
  assert.throws(() => Object.assign(realm ?? {}, { roles: ['admin'] }), TypeError)
  assert.deepEqual((await verifier.verify(token)).realm, { roles: ['user'] })
})

test('a token can be asked whose it says it is, and garbage is nobody’s', async () => {
  assert.equal(peekJwt(await mint())?.issuer, issuer)
  assert.equal(peekJwt(await mint({ ...goodClaims, iss: undefined }))?.issuer, undefined)
  assert.equal(peekJwt('garbage'), undefined)
})

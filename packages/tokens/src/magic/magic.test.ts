import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import {
  BadConstraint,
  describeMagicToken,
  judgeMagicToken,
  narrowMagicToken,
  newMagicKeys,
  readMagicKeys,
  rotateMagicKeys,
  writeMagicKeys,
} from './index.ts'
import { keys, minted, now, permits, place, requestOf, secret, verified, verifier } from './testing/tokens.ts'

const user = { allowed: ['GET /user'] }
const rules = { issuer: place.issuer, isRevoked: () => false, isCanary: () => false }

test('a plain token is a JWT of the settled form, which an independent library verifies', async () => {
  const token = await minted({ ...user, rate: ['5/minute'] })
  const [signer] = keys.signing
  assert.ok(signer)
  const { protectedHeader, payload } = await jwtVerify(token, signer.jwk, { currentDate: new Date(now) })
  assert.deepEqual(protectedHeader, { alg: 'ES256', typ: 'sallyport-magic+jwt', kid: signer.kid })
  const { token: sealed, jti, ...rest } = payload
  assert.match(String(jti), /^[\w-]{22}$/)
  const iat = now / 1000
  const times = { iat, nbf: iat, exp: iat + 3600 }
  assert.deepEqual(rest, {
    v: 1,
    iss: place.issuer,
    aud: place.audience,
    ...times,
    allowed: ['GET /user'],
    rate: ['5/minute'],
  })
  const { epk: _, ...header } = decodeProtectedHeader(String(sealed))
  assert.deepEqual(header, { alg: 'ECDH-ES', enc: 'A256GCM', kid: keys.sealing[0]?.kid })
})

test('the credential opens as it was sealed, and stands nowhere in the token', async () => {
  const token = await minted(user)
  const { credential } = await verified(token)
  assert.equal(credential?.kind === 'header' && credential.scheme, 'Bearer')
  assert.equal(credential?.kind === 'header' && credential.value.reveal(), secret)
  const sealed = String(decodeJwt(token).token)
  for (const text of [
    token,
    ...token.split('.').map(part => Buffer.from(part, 'base64url').toString('latin1')),
    sealed,
  ]) {
    for (const shown of [secret, btoa(secret).replace(/=+$/, '')]) assert.ok(!text.includes(shown))
  }
  assert.notEqual(String(decodeJwt(await minted(user)).token), sealed)
})

test('a token is good from its beginning to its end, for its issuer, until it is revoked', async () => {
  const token = await verified(await minted(user, { lifeSeconds: 60 }))
  const codeAt = (at: number, more = {}) => {
    try {
      judgeMagicToken(token, { ...rules, ...more }, at)
      return 'good'
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error
    }
  }
  assert.equal(codeAt(now), 'good')
  assert.equal(codeAt(now + 59_999), 'good')
  assert.equal(codeAt(now + 60_000), 'expired')
  assert.equal(codeAt(now - 60_001), 'not-yet')
  assert.equal(codeAt(now, { issuer: 'https://other.example.com' }), 'claim')
  assert.equal(codeAt(now, { isRevoked: (id: string) => id === token.jti }), 'revoked')
  assert.equal(codeAt(now, { isRevoked: (id: string) => id === token.parts[0]?.id }), 'revoked')
})

test('keys rotate: earlier tokens stay good until their keys are taken out', async () => {
  const before = await minted(user)
  const rotated = rotateMagicKeys(readMagicKeys(writeMagicKeys(keys)))
  const after = await minted(user, { keyring: rotated })
  const reader = verifier()
  reader.replaceKeys(rotated)
  assert.ok(await reader.verify(before))
  assert.ok(await reader.verify(after))
  assert.notEqual(decodeProtectedHeader(before).kid, decodeProtectedHeader(after).kid)
  reader.replaceKeys({ signing: rotated.signing.slice(1), sealing: rotated.sealing.slice(1) })
  await assert.rejects(async () => reader.verify(before), { code: 'key' })
  assert.ok(await reader.verify(after))
  reader.replaceKeys(newMagicKeys())
  await assert.rejects(async () => reader.verify(after), { code: 'key' })
})

test('a chain is narrowed by whoever holds it, with no key of the gateway', async () => {
  const wide = await minted({ allowed: ['GET /.*'] }, { chain: true })
  const narrow = narrowMagicToken(wide, { constraints: { allowed: ['* /user'], rate: ['1/minute'] }, seal: false })
  const sealed = narrowMagicToken(narrow, { constraints: { ip: ['192.0.2.0/24'] }, exp: now / 1000 + 60, seal: true })
  const token = await verified(sealed)
  assert.equal(token.parts.length, 3)
  assert.equal(token.exp, now / 1000 + 60)
  assert.ok(permits(token, requestOf('GET', '/user')))
  assert.ok(!permits(token, requestOf('POST', '/user')))
  assert.ok(!permits(token, requestOf('GET', '/orgs')))
  assert.equal(token.parts[2]?.isListed?.('198.51.100.1'), false)
  assert.throws(() => narrowMagicToken(sealed, { constraints: {}, seal: false }), /sealed/)
  const { parts } = await verified(narrow)
  assert.equal(parts[0]?.id, token.parts[0]?.id, 'a part keeps its name whatever is made of it')
  assert.deepEqual(
    describeMagicToken(sealed).parts.map(({ id }) => id),
    token.parts.map(({ id }) => id),
  )
})

test('a token can be narrowed to the bounds that gateways have, and no further', async () => {
  let token = await minted(user, { chain: true })
  for (let parts = 2; parts <= 4; parts++) token = narrowMagicToken(token, { constraints: {}, seal: false })
  assert.equal((await verified(token)).parts.length, 4)
  const five = narrowMagicToken(token, { constraints: {}, seal: false })
  await assert.rejects(async () => verified(five), { code: 'malformed' })
  assert.equal((await verifier().verify(five, 8)).parts.length, 5)
  const big = { allowed: Array.from({ length: 90 }, (_, i) => `GET /${'a'.repeat(40)}${i}`) }
  assert.throws(() => narrowMagicToken(token, { constraints: big, seal: false }), { code: 'malformed' })
})

test('what is added is checked before it is signed', async () => {
  const token = await minted(user, { chain: true })
  const bad = [{ allowed: ['GET /(?=a)'] }, { cnf: {} }, { exp: 1 }, { scope: 'x' }]
  for (const constraints of bad)
    assert.throws(() => narrowMagicToken(token, { constraints, seal: false }), BadConstraint)
  assert.throws(() => narrowMagicToken(token, { constraints: {}, exp: now / 1000 + 3601, seal: false }), BadConstraint)
  assert.throws(() => narrowMagicToken(token, { constraints: {}, nbf: now / 1000 - 1, seal: false }), BadConstraint)
  const plain = await minted(user)
  assert.throws(() => narrowMagicToken(plain, { constraints: {}, seal: false }), /plain token/)
})

const entry = fc.tuple(
  fc.constantFrom('GET', 'POST', '*'),
  fc.constantFrom('/a', '/a/.*', '/.+/b', '/[ab]', '/.*', '/a|/b'),
)
const list = fc.array(
  entry.map(words => words.join(' ')),
  { maxLength: 3 },
)
const template = fc.constantFrom('/a', '/{x}', '/a/{x}', '/{x*}')
const permit = fc.record({ method: fc.constantFrom('GET', '*'), path: template })
const constraints = fc.oneof(
  list.map(allowed => ({ allowed })),
  fc.record({ allowed: list, permit: fc.array(permit, { maxLength: 2 }) }),
)
const call = fc.tuple(
  fc.constantFrom('GET', 'POST', 'HEAD'),
  fc.constantFrom('/a', '/b', '/a/b', '/c/b', '/a?x=1', '/a%2Fb'),
)

test('narrowing never permits what the part before refuses, and permits exactly what both do', async () => {
  await fc.assert(
    fc.asyncProperty(
      constraints,
      constraints,
      fc.array(call, { minLength: 1, maxLength: 6 }),
      async (first, second, calls) => {
        const wide = await minted(first, { chain: true })
        const narrow = narrowMagicToken(wide, { constraints: second, seal: true })
        const [before, after, alone] = [
          await verified(wide),
          await verified(narrow),
          await verified(await minted(second)),
        ]
        for (const [method, target] of calls) {
          const request = requestOf(method, target)
          assert.equal(permits(after, request), permits(before, request) && permits(alone, request))
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('garbage is a BadToken, whatever it is, and nothing else is thrown', async () => {
  const good = await minted(user, { chain: true })
  const garbled = fc
    .tuple(fc.nat(good.length - 1), fc.string({ maxLength: 4 }))
    .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1))
  const joined = fc
    .array(fc.constantFrom('smt1_', '~', '.', 'k', 's', 'dpop', 'e30', good.slice(5, 60)), { maxLength: 12 })
    .map(words => words.join(''))
  const reader = verifier()
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), garbled, joined), async text => {
      if (text === good) return
      await assert.rejects(async () => reader.verify(text), { name: 'BadToken' })
    }),
    { numRuns: 300 },
  )
})

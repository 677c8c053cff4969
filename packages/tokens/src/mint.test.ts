import assert from 'node:assert/strict'
import { createPublicKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { calculateJwkThumbprint, importJWK, jwtVerify } from 'jose'
import { jwsAlgorithms } from './algorithms.ts'
import { now, pairs } from './independent-issuer.ts'
import { signJwt } from './mint.ts'
import { readJwks } from './read-keys.ts'
import { newSigningKey, signingKey } from './signing-key.ts'
import { BadKey } from './verification-key.ts'

const currentDate = new Date(now * 1000)
const payload = Object.freeze({ sub: 'alice', exp: now + 60, name: 'Ünïcode 🚪' })

for (const { name, keyType } of jwsAlgorithms.filter(row => row.keyType !== 'oct')) {
  test(`a token that is signed with a new ${name} key verifies with its published half elsewhere`, async () => {
    const key = keyType === 'RSA' ? signingKey(pairs.RSA.privateKey, name) : newSigningKey(name)
    const token = signJwt(payload, key, 'at+jwt')
    const { payload: claims, protectedHeader } = await jwtVerify(token, await importJWK({ ...key.jwk }, name), {
      currentDate,
    })
    assert.deepEqual(claims, payload)
    assert.deepEqual(protectedHeader, { alg: name, typ: 'at+jwt', kid: key.kid })
    assert.equal(key.kid, await calculateJwkThumbprint({ ...key.jwk }))
    assert.deepEqual(
      Object.keys(key.jwk).filter(member => ['d', 'p', 'q', 'k'].includes(member)),
      [],
    )
    const [read] = readJwks(JSON.stringify(key.jwk)).keys
    assert.deepEqual([read?.kid, [...(read?.algorithms ?? [])]], [key.kid, [name]])
  })
}

test('a token that is signed with a secret verifies elsewhere', async () => {
  const secret = randomBytes(64)
  for (const alg of ['HS256', 'HS384', 'HS512']) {
    const token = signJwt(payload, { alg, key: createSecretKey(secret) })
    const { protectedHeader } = await jwtVerify(token, secret, { currentDate })
    assert.deepEqual(protectedHeader, { alg, typ: 'JWT' })
  }
})

test('a key that is not for the algorithm signs nothing', () => {
  const rsa = pairs.RSA.privateKey
  const p384 = pairs['P-384'].privateKey
  for (const [key, alg] of [
    [p384, 'ES256'],
    [rsa, 'ES256'],
    [p384, 'EdDSA'],
    [rsa, 'none'],
    [rsa, 'constructor'],
  ] as const) {
    assert.throws(() => signJwt(payload, { key, alg }), Error, alg)
  }
  assert.throws(() => signJwt([], { key: rsa, alg: 'RS256' }), TypeError)
})

test('a signing key is private, strong enough and for its algorithm', () => {
  assert.throws(() => signingKey(pairs.RSA.publicKey, 'RS256'), BadKey)
  assert.throws(() => signingKey(pairs.RSA.privateKey, 'ES256'), BadKey)
  assert.throws(() => signingKey(pairs['P-256'].privateKey, 'ES384'), BadKey)
  assert.throws(() => signingKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'RS256'), BadKey)
  for (const alg of ['HS256', 'none', '']) assert.throws(() => newSigningKey(alg), TypeError)
})

test('the same private key has the same name every time', () => {
  const again = createPublicKey(pairs['P-256'].privateKey)
  assert.ok(again.equals(pairs['P-256'].publicKey))
  assert.equal(signingKey(pairs['P-256'].privateKey, 'ES256').kid, signingKey(pairs['P-256'].privateKey, 'ES256').kid)
})

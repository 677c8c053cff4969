import assert from 'node:assert/strict'
import { generateKeyPairSync, type JsonWebKey, type KeyObject, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { pairs } from './independent-issuer.ts'
import { chooseKeys } from './key-set.ts'
import { readJwks, readKeys, readPem } from './read-keys.ts'
import { BadKey } from './verification-key.ts'

const jwkOf = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' })
const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString()
const ec = jwkOf(pairs['P-256'].publicKey)
const rsa = jwkOf(pairs.RSA.publicKey)
const secret = { kty: 'oct', k: randomBytes(64).toString('base64url') }

const set = (...keys: unknown[]): string => JSON.stringify({ keys })

function algorithmsOf(document: string): string[][] {
  return readKeys(document, 'strong').keys.map(key => [...key.algorithms])
}

test('a key without alg is for every algorithm of its type, curve and length', () => {
  assert.deepEqual(algorithmsOf(set(rsa)), [['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']])
  assert.deepEqual(algorithmsOf(set(ec)), [['ES256']])
  assert.deepEqual(algorithmsOf(set(jwkOf(pairs.Ed25519.publicKey))), [['EdDSA', 'Ed25519']])
  assert.deepEqual(algorithmsOf(set(secret)), [['HS256', 'HS384', 'HS512']])
  const shorter = { kty: 'oct', k: randomBytes(48).toString('base64url') }
  assert.deepEqual(algorithmsOf(set(shorter)), [['HS256', 'HS384']])
})

test('a single JWK is a set of one', () => {
  assert.deepEqual(algorithmsOf(JSON.stringify({ ...ec, alg: 'ES256', kid: 'a' })), [['ES256']])
})

const weakRsa = jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)
const unusable: readonly (readonly [what: string, key: unknown, note: RegExp])[] = [
  ['for encryption', { ...ec, use: 'enc' }, /for use "enc"/],
  ['whose key_ops lack verify', { ...ec, key_ops: ['encrypt'] }, /lack verify/],
  ['whose key_ops are no array', { ...ec, key_ops: 'verify' }, /lack verify/],
  ['whose key_ops repeat', { ...ec, key_ops: ['verify', 'verify'] }, /repeats/],
  ['of 1024 bits', weakRsa, /1024 bits, where 2048 are needed/],
  [
    'of 16384 bits',
    { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(2048, 0xab).toString('base64url') },
    /more than 8192 bits/,
  ],
  ['with exponent 1', { ...rsa, e: 'AQ' }, /exponent|isn't valid/],
  ['with an even exponent', { ...rsa, e: 'AQAA' }, /exponent|isn't valid/],
  ['on a curve that is not supported', { ...ec, crv: 'secp256k1' }, /"secp256k1"/],
  ['on a curve named by an inherited word', { ...ec, crv: 'constructor' }, /"constructor"/],
  ['on a curve that does not fit its point', { ...ec, crv: 'P-384' }, /isn't 48 bytes/],
  ['beside its curve', { ...ec, x: ec.y }, /isn't valid/],
  ['whose alg does not fit', { ...ec, alg: 'RS256' }, /doesn't fit/],
  ['whose alg is none', { ...ec, alg: 'none' }, /doesn't fit/],
  ['whose alg is for a secret', { ...rsa, alg: 'HS256' }, /doesn't fit/],
  ['of another type than it says', { ...ec, kty: 'RSA' }, /n isn't/],
  ['without type', { ...ec, kty: undefined }, /without kty/],
  ['of unknown type', { ...ec, kty: '__proto__' }, /isn't supported/],
  ['with padded coordinates', { ...ec, x: `${ec.x}=` }, /canonical/],
  ['whose kid is no string', { ...ec, kid: 7 }, /kid isn't a string/],
  ['that is no object', 'key', /isn't a key/],
  ['that is symmetrical, in a public document', secret, /symmetrical/],
]

for (const [what, key, note] of unusable) {
  test(`a key ${what} is passed over with a note, and refused where it is alone`, () => {
    const mixed = readJwks(set(key, { ...rsa, kid: 'good' }))
    assert.deepEqual(
      mixed.keys.map(one => one.kid),
      ['good'],
    )
    assert.match(mixed.notes.join(), note)
    assert.throws(() => readJwks(set(key)), BadKey)
  })
}

test('a document with a private key is refused as a whole', () => {
  for (const pair of Object.values(pairs)) {
    assert.throws(() => readJwks(set(ec, { ...jwkOf(pair.privateKey), use: 'enc' })), /holds a private key/)
  }
})

test('what is not strict JSON, no object, or has no keys, is refused', () => {
  const one = JSON.stringify(ec)
  for (const document of [
    '',
    '[]',
    'null',
    '{}',
    '{"keys":{}}',
    '{"keys":[]}',
    `{"keys":[],"keys":[${one}]}`,
    set().repeat(2),
  ]) {
    assert.throws(() => readJwks(document), BadKey, document)
  }
})

test('a set of more than 256 keys is refused', () => {
  assert.throws(() => readJwks(set(...new Array(257).fill(ec))), /more than 256/)
})

test('two keys with one kid that could verify the same token refuse the set; the same key twice does not', () => {
  const other = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
  assert.throws(() => readJwks(set({ ...ec, kid: 'a' }, { ...other, kid: 'a' })), /two keys are called "a"/)
  assert.equal(readJwks(set({ ...ec, kid: 'a' }, { ...ec, kid: 'a' })).keys.length, 1)
  assert.equal(readJwks(set({ ...ec, kid: 'a' }, { ...rsa, kid: 'a' })).keys.length, 2)
  assert.equal(readJwks(set({ ...ec, kid: 'a' }, { ...other, kid: 'a', use: 'enc' })).keys.length, 1)
})

test('the key with the kid comes first, then those without one; never one for another algorithm', () => {
  const keys = readJwks(set(ec, { ...rsa, kid: 'a' }, { ...jwkOf(pairs['P-384'].publicKey), kid: 'b' }))
  const kids = (kid: string | undefined, alg: string) => chooseKeys(keys, kid, alg).map(key => key.kid)
  assert.deepEqual(kids('a', 'RS256'), ['a'])
  assert.deepEqual(kids('a', 'ES256'), [undefined])
  assert.deepEqual(kids('unknown', 'ES256'), [undefined])
  assert.deepEqual(kids('unknown', 'ES384'), [])
  assert.deepEqual(kids(undefined, 'ES384'), ['b'])
  assert.deepEqual(kids('a', 'HS256'), [])
})

test('at most four keys are tried', () => {
  const many = Array.from({ length: 6 }, () => jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey))
  assert.equal(chooseKeys(readJwks(set(...many)), undefined, 'ES256').length, 4)
})

/** Made once by `openssl req -x509`; its private key is gone. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBkTCCATegAwIBAgIUGwDn0qIyzW3jmqm/jwlI7GBubT4wCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSaXNzdWVyLmV4YW1wbGUuY29tMCAXDTI2MTEyMzAxNDg1MloY
DzIxMjYxMDMwMDE0ODUyWjAdMRswGQYDVQQDDBJpc3N1ZXIuZXhhbXBsZS5jb20w
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATwQG5JoFVRODG+MSwLOPSNsQBMKlNi
LumEwSGbB4W0xbKJaiUTBYdGSMDU5sibVvSkFpMI2NLUQcW1XT5p4tdXo1MwUTAd
BgNVHQ4EFgQUOHB3DtFKiTlZgzCwBhRWHm94iTswHwYDVR0jBBgwFoAUOHB3DtFK
iTlZgzCwBhRWHm94iTswDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBF
AiBMlZzeidbo4loP1+QH+kAWD5HoiftqygCs626RrXGaLQIhANkNlRRSmyKmeZzJ
3A5brJKJR4gxomdbNLbcOOWDuP3O
-----END CERTIFICATE-----`

test('public keys and certificates in PEM are read, several in one file', () => {
  const text = `# keys of the issuer\n${pemOf(pairs.RSA.publicKey)}\n${pemOf(pairs.Ed25519.publicKey)}\n${certificate}`
  assert.deepEqual(
    algorithmsOf(text).map(names => names.at(-1)),
    ['PS512', 'Ed25519', 'ES256'],
  )
  const pkcs1 = pairs.RSA.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString()
  assert.equal(readPem(pkcs1).keys.length, 1)
})

test('a private key, a broken block, a restricted key or plain text in PEM is refused', () => {
  const privatePem = pairs.RSA.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  assert.throws(() => readPem(privatePem), /a private key/)
  assert.throws(() => readPem(certificate.replace('MIIB', 'AAAA')), /neither a public key nor a certificate/)
  assert.throws(() => readPem(pemOf(generateKeyPairSync('x25519').publicKey)), /X25519/)
  assert.throws(() => readPem(pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)), /rsa-pss/)
  assert.throws(() => readKeys('secret'), /neither a JSON Web Key Set nor a PEM block/)
})

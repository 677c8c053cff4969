import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import { jwsAlgorithms } from './algorithms.ts'
import { BadToken } from './bad-token.ts'
import { compact, mint, pairs } from './independent-issuer.ts'
import { parseJws, verifySignature } from './jws.ts'
import { secretKey } from './secret-key.ts'
import { verificationKey } from './verification-key.ts'

const secret = randomBytes(64).toString('hex')

function keysFor(alg: string) {
  const algorithm = jwsAlgorithms.find(row => row.name === alg)
  assert.ok(algorithm)
  if (algorithm.keyType === 'oct') return { signs: Buffer.from(secret), verifies: secretKey(new Secret(secret), alg) }
  const pair = pairs[algorithm.curve ?? 'RSA']
  return { signs: pair.privateKey, verifies: verificationKey(pair.publicKey, undefined, undefined) }
}

function isMalformed(error: unknown): boolean {
  return error instanceof BadToken && error.code === 'malformed'
}

for (const { name } of jwsAlgorithms) {
  test(`a ${name} token of another implementation verifies, and only with its own key and text`, async () => {
    const { signs, verifies } = keysFor(name)
    const token = await mint({ sub: 'alice' }, { alg: name, kid: 'k1', typ: 'JWT' }, signs)
    const jws = parseJws(token)
    assert.deepEqual(
      { alg: jws.alg, kid: jws.kid, typ: jws.typ, payload: jws.payload.toString() },
      { alg: name, kid: 'k1', typ: 'JWT', payload: '{"sub":"alice"}' },
    )
    assert.equal(verifySignature(jws, verifies), true)
    assert.equal(verifySignature({ ...jws, signed: `${jws.signed}A` }, verifies), false)
    for (const other of jwsAlgorithms.filter(row => row.name !== name)) {
      assert.equal(
        verifySignature({ ...jws, alg: other.name }, keysFor(other.name).verifies),
        isSameWork(name, other.name),
      )
    }
  })
}

/** EdDSA and Ed25519 are two names of one signature (RFC 9864), so only a key or a rule can tell them apart. */
function isSameWork(one: string, other: string): boolean {
  return [one, other].sort().join() === 'Ed25519,EdDSA'
}

test('a key with an alg verifies by that algorithm alone', async () => {
  const key = verificationKey(pairs.RSA.publicKey, undefined, 'PS256')
  assert.equal(verifySignature(parseJws(await mint({}, { alg: 'PS256' }, pairs.RSA.privateKey)), key), true)
  assert.equal(verifySignature(parseJws(await mint({}, { alg: 'RS256' }, pairs.RSA.privateKey)), key), false)
})

test('an ECDSA signature of zeros, or in DER, is no signature', () => {
  const key = verificationKey(pairs['P-256'].publicKey, undefined, undefined)
  for (const bytes of [Buffer.alloc(64), Buffer.from('3006020100020100', 'hex'), Buffer.alloc(0), Buffer.alloc(63)]) {
    assert.equal(verifySignature(parseJws(compact({ alg: 'ES256' }, {}, bytes.toString('base64url'))), key), false)
  }
})

const header = Buffer.from('{"alg":"ES256"}').toString('base64url')
const unreadable: readonly (readonly [what: string, token: string])[] = [
  ['empty text', ''],
  ['one part', header],
  ['two parts', `${header}.e30`],
  ['four parts', `${header}.e30.AA.AA`],
  ['five parts, a JWE', `${header}.AA.AA.AA.AA`],
  ['only dots', '..'],
  ['an empty header', '.e30.AA'],
  ['a blank before', ` ${header}.e30.AA`],
  ['a line break after', `${header}.e30.AA\n`],
  ['padding', `${header}.e30=.AA`],
  ['the standard alphabet', `${header}.e30.+/+/`],
  ['stray trailing bits', `${header}.e30.AB`],
  ['an impossible length', `${header}.e30.A`],
  ['letters beyond ASCII', `${header}.e30.АА`],
  ['JSON serialization', JSON.stringify({ payload: 'e30', protected: header, signature: 'AA' })],
  ['a header that is no JSON', compact('{alg:"ES256"}', {})],
  ['a header that is an array', compact('["ES256"]', {})],
  ['a header that is null', compact('null', {})],
  ['a header that is a string', compact('"ES256"', {})],
  ['a header with a repeated member', compact('{"alg":"none","alg":"ES256"}', {})],
  ['a header with a repeated member, once escaped', compact('{"alg":"none","\\u0061lg":"ES256"}', {})],
  ['a header with text after it', compact('{"alg":"ES256"}{}', {})],
  ['a header with a byte order mark', compact('\ufeff{"alg":"ES256"}', {})],
  ['a header that is not UTF-8', `${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.e30.AA`],
  ['no alg', compact({ typ: 'JWT' }, {})],
  ['an inherited alg', compact('{"__proto__":{"alg":"ES256"}}', {})],
  ['an alg that is no string', compact({ alg: ['ES256'] }, {})],
  ['a kid that is no string', compact({ alg: 'ES256', kid: { $ne: '' } }, {})],
  ['a typ that is no string', compact({ alg: 'ES256', typ: 1 }, {})],
  ['crit', compact({ alg: 'ES256', crit: ['exp'], exp: 1 }, {})],
  ['an empty crit', compact({ alg: 'ES256', crit: [] }, {})],
  ['b64 false', compact({ alg: 'ES256', b64: false, crit: ['b64'] }, {})],
  ['b64 without crit', compact({ alg: 'ES256', b64: false }, {})],
  ['more than 16 KiB', compact({ alg: 'ES256', kid: 'k'.repeat(16_384) }, {})],
  ['a header nested without end', compact(`{"alg":${'['.repeat(9000)}`, {})],
]

for (const [what, token] of unreadable) {
  test(`a token is malformed with ${what}`, () => {
    assert.throws(() => parseJws(token), isMalformed)
  })
}

test('a token may be as long as it is allowed to be, and no longer', () => {
  const token = compact({ alg: 'ES256' }, {}, 'AA')
  assert.equal(parseJws(token, token.length).alg, 'ES256')
  assert.throws(() => parseJws(token, token.length - 1), isMalformed)
})

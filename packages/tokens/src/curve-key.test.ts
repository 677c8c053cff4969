import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { keyAt } from './curve-key.ts'

const pairs = [
  generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  generateKeyPairSync('ed25519'),
]
const decoded = (text: string | undefined) => (text === undefined ? [] : [Buffer.from(text, 'base64url')])
const coordinatesOf = ({ x, y }: JsonWebKey) => [...decoded(x), ...decoded(y)]
const asJwk = (publicKey: KeyObject) => publicKey.export({ format: 'jwk' })

test('a key at coordinates is the one that Node reads from their JWK', () => {
  for (const { publicKey } of pairs) {
    const jwk = asJwk(publicKey)
    assert.ok(keyAt(jwk.crv ?? '', coordinatesOf(jwk)).equals(createPublicKey({ key: jwk, format: 'jwk' })), jwk.crv)
  }
})

const p256 = Buffer.from('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', 'hex')
const [[x, y] = []] = pairs.map(({ publicKey }) => coordinatesOf(asJwk(publicKey)))

test('a point beside its curve, in whatever way, is no key', () => {
  assert.ok(x && y)
  const altered = Buffer.from(y)
  altered[31] = (altered[31] ?? 0) ^ 1
  const beyond = {
    'beside the curve': [x, altered],
    zero: [Buffer.alloc(32), Buffer.alloc(32)],
    'the prime': [p256, y],
  }
  for (const [what, point] of Object.entries({ ...beyond, 'too long': [x, y, x], 'too short': [x], nothing: [] }))
    assert.throws(() => keyAt('P-256', point), what)
  assert.throws(() => keyAt('P-384', [x, y]))
})

test('on a curve that is not known there are no keys', () => {
  for (const curve of ['', 'secp256k1', 'constructor', 'Ed448']) assert.throws(() => keyAt(curve, []), RangeError)
})

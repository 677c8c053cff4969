import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairs } from './independent-issuer.ts'
import { hasRocaFingerprint } from './roca.ts'

test('a modulus as the faulty chips made them is told from a sound one', () => {
  const primes = [11n, 13n, 17n, 19n, 37n, 53n, 61n, 71n, 73n, 79n, 97n, 103n, 107n, 109n, 127n, 151n, 157n]
  const product = primes.reduce((all, prime) => all * prime, 1n)
  const faulty = (product << 1900n) * 3n + (65537n ** 11n % product)
  const hex = faulty.toString(16)
  assert.equal(
    hasRocaFingerprint(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')),
    true,
  )
  assert.equal(hasRocaFingerprint(pairs.RSA.publicKey.export({ format: 'jwk' }).n ?? ''), false)
})

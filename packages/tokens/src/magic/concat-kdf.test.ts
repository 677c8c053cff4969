import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, diffieHellman, type JsonWebKey } from 'node:crypto'
import { test } from 'node:test'
import { concatKdf } from './concat-kdf.ts'

/** RFC 7518 appendix C. */
const alice = {
  kty: 'EC',
  crv: 'P-256',
  x: 'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0',
  y: 'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps',
  d: '0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo',
}
const bob = {
  kty: 'EC',
  crv: 'P-256',
  x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ',
  y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck',
  d: 'VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw',
}

test("the key of RFC 7518's example comes out, from either side", () => {
  const key = (own: JsonWebKey, other: JsonWebKey) => {
    const secret = diffieHellman({
      privateKey: createPrivateKey({ key: own, format: 'jwk' }),
      publicKey: createPublicKey({ key: other, format: 'jwk' }),
    })
    return concatKdf({ algorithm: 'A128GCM', parties: ['Alice', 'Bob'], bytes: 16 })(secret).toString('base64url')
  }
  assert.equal(key(alice, bob), 'VqqN6vgjbSBcIijNcacQGg')
  assert.equal(key(bob, alice), 'VqqN6vgjbSBcIijNcacQGg')
})

test('what one round does not give is refused', () => {
  assert.throws(() => concatKdf({ algorithm: 'A256CBC-HS512', bytes: 64 }), RangeError)
})

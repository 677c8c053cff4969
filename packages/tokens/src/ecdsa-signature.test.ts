import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { derOf } from './ecdsa-signature.ts'

for (const [curve, hash] of [
  ['P-256', 'sha256'],
  ['P-384', 'sha384'],
  ['P-521', 'sha512'],
] as const) {
  test(`the DER form of a signature on ${curve} is good where the form of JWS is, and only there`, () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (input, altered) => {
        const plain = sign(hash, input, { key: privateKey, dsaEncoding: 'ieee-p1363' })
        if (altered) plain[plain.length - 1] = (plain.at(-1) ?? 0) ^ 1
        const wanted = verify(hash, input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, plain)
        assert.equal(wanted, !altered)
        assert.equal(verify(hash, input, publicKey, derOf(plain)), wanted)
      }),
      { numRuns: 50 },
    )
  })

  test(`numbers that no signature on ${curve} has are no fault of the reader, and never good`, () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
    const bytes = { 'P-256': 64, 'P-384': 96, 'P-521': 132 }[curve]
    for (const filling of [0, 1, 0x7f, 0x80, 0xff])
      assert.equal(verify(hash, Buffer.of(1), publicKey, derOf(Buffer.alloc(bytes, filling))), false)
  })
}

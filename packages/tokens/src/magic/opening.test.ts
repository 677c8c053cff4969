import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { openJwe } from './opening.ts'
import { sealingKey } from './sealing-key.ts'

const keys = [
  sealingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  sealingKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
]

for (const key of keys) {
  const sealed = (text: string, header = {}) =>
    new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ alg: key.alg, enc: 'A256GCM', kid: key.kid, ...header })
      .encrypt(createPublicKey(key.key))

  test(`what another library sealed by ${key.alg} opens, as it does there`, async () => {
    for (const text of ['', 'a secret', 'x'.repeat(5000)]) {
      const jwe = await sealed(text)
      assert.equal(openJwe(jwe, keys).toString(), text)
      assert.equal(Buffer.from((await compactDecrypt(jwe, key.key)).plaintext).toString(), text)
    }
  })

  test(`sealed by ${key.alg}, a change of any part, a part more or less, or a shorter tag doesn't open`, async () => {
    const jwe = await sealed('a secret')
    const parts = jwe.split('.')
    const bad = [`${jwe}.`, parts.slice(0, 4).join('.'), '', '....']
    for (const [at, part] of parts.entries()) {
      const changed = part.startsWith('A') ? `B${part.slice(1)}` : `A${part.slice(1)}`
      for (const other of [changed, part.slice(0, -4), `${part}AAAA`])
        if (other !== part) bad.push(parts.with(at, other).join('.'))
    }
    for (const text of bad) assert.throws(() => openJwe(text, keys), { name: 'BadToken' }, text)
  })

  test(`sealed by ${key.alg} for parties or another content encryption is refused`, async () => {
    for (const header of [{ enc: 'A128GCM' }, { enc: 'A256CBC-HS512' }, { cty: 'x' }, { kid: 'other' }]) {
      const jwe = await sealed('a secret', header)
      assert.throws(() => openJwe(jwe, keys), { name: 'BadToken' })
    }
  })
}

/** RFC 7518 appendix C: the key that Bob has, and the one that Alice sent. */
const bob = {
  ...{ kty: 'EC', crv: 'P-256', d: 'VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw' },
  x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ',
  y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck',
}

test('a point beside the curve, another curve and a private half are no key to agree with', async () => {
  const key = sealingKey(createPrivateKey({ key: bob, format: 'jwk' }))
  const jwe = await new CompactEncrypt(Buffer.from('a secret'))
    .setProtectedHeader({ alg: key.alg, enc: 'A256GCM', kid: key.kid })
    .encrypt(createPublicKey(key.key))
  const [header = '', ...rest] = jwe.split('.')
  const read = JSON.parse(Buffer.from(header, 'base64url').toString())
  for (const change of [{ x: bob.y }, { crv: 'P-384' }, { d: bob.d }, { y: undefined }]) {
    const other = JSON.stringify({ ...read, epk: { ...read.epk, ...change } })
    const text = [Buffer.from(other).toString('base64url'), ...rest].join('.')
    assert.throws(() => openJwe(text, [key]), { name: 'BadToken', message: /cannot be opened/ })
  }
})

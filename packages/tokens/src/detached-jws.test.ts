import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flattenedVerify } from 'jose'
import { signDetached } from './detached-jws.ts'
import { newSigningKey } from './signing-key.ts'

const key = newSigningKey('ES256')

async function verified(jws: string, payload: string) {
  const [header = '', , signature = ''] = jws.split('.')
  const { protectedHeader } = await flattenedVerify({ protected: header, payload, signature }, key.jwk, {
    crit: { b64: true },
  })
  return protectedHeader
}

test('a detached JWS is good with jose for its payload, and for no other', async () => {
  const jws = signDetached(Buffer.from('{"a": 1}'), key, { typ: 'x' })
  const { alg, kid, typ, b64 } = (await verified(jws, '{"a": 1}')) ?? {}
  assert.deepEqual({ alg, kid, typ, b64 }, { alg: 'ES256', kid: key.kid, typ: 'x', b64: false })
  await assert.rejects(verified(jws, '{"a":1}'), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
})

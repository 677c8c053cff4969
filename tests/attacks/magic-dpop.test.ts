import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, test } from 'node:test'
import { bindMagicToken } from '@sallyport/tokens'
import { magicUrl, startMagic } from '../harness/magic.ts'
import { proofBy } from '../harness/proof.ts'

/* Whoever found a token that is bound to a key, or one of its proofs, and wants to use it. */

const gateway = await startMagic({ after })
const wide = await gateway.mint({ allowed: ['* /.*'], chain: true })
const bound = bindMagicToken(wide, { constraints: {} })
const other = bindMagicToken(wide, { constraints: {} })
const [root = '', part = ''] = bound.token.slice('smt1_'.length).split('~')
const url = `${magicUrl}/github/user`
const mine = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
const { d: _, ...theirs } = bound.key

const seen = await proofBy(bound.key, { url, token: bound.token })
assert.equal(
  (await gateway.call('/github/user', { headers: { Authorization: `DPoP ${bound.token}`, DPoP: seen } })).status,
  200,
)
const received = gateway.backend.received.length

const fresh = { url, token: bound.token }
const attacks: Readonly<Record<string, readonly [token: string, proof: string, path?: string]>> = {
  'a proof that was seen': [bound.token, seen],
  'a proof that was seen, at another address': [bound.token, seen, '/github/user/keys'],
  'a proof by a key of the attacker': [bound.token, await proofBy(mine, fresh)],
  "a proof by a key of the attacker that names the owner's": [
    bound.token,
    await proofBy(mine, fresh, {}, { jwk: theirs }),
  ],
  'a proof by the key of another token': [bound.token, await proofBy(other.key, fresh)],
  'a proof for another token': [bound.token, await proofBy(bound.key, { url, token: other.token })],
  'a proof with the private key in it': [bound.token, await proofBy(bound.key, fresh, {}, { jwk: bound.key })],
  'a proof of another type': [bound.token, await proofBy(bound.key, fresh, {}, { typ: 'JWT' })],
  'a proof from long ago': [bound.token, await proofBy(bound.key, fresh, { iat: 1_562_262_616 })],
  'a proof from times to come': [bound.token, await proofBy(bound.key, fresh, { iat: 4_000_000_000 })],
  'P0 as if it were bound': [`smt1_${root}~dpop`, await proofBy(mine, { url, token: `smt1_${root}~dpop` })],
  'the parts with a tail of the attacker': [`smt1_${root}~${part}~k${mine.d}`, await proofBy(mine, fresh)],
  'the parts without their tail': [`smt1_${root}~${part}`, await proofBy(bound.key, fresh)],
}

for (const [what, [token, proof, path = '/github/user']] of Object.entries(attacks)) {
  test(`a bound token with ${what} is refused`, async () => {
    const response = await gateway.call(path, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } })
    assert.equal(response.status, 401)
    assert.equal(gateway.backend.received.length, received)
  })
}

test('what these attacks were made of is good', async () => {
  const headers = { Authorization: `DPoP ${bound.token}`, DPoP: await proofBy(bound.key, fresh) }
  assert.equal((await gateway.call('/github/user', { headers })).status, 200)
})

import assert from 'node:assert/strict'
import crypto, { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { type TestContext, test } from 'node:test'
import { createJwtVerifier, fixedKeys, keySet, newSigningKey, signJwt, verificationKey } from '../index.ts'
import { createMagicVerifier, narrowMagicToken } from './index.ts'
import { sealingKey } from './sealing-key.ts'
import { keys, minted, now } from './testing/tokens.ts'

/** What node:crypto does with key pairs: making keys of texts is none of it. */
const operations = ['sign', 'verify', 'diffieHellman', 'privateDecrypt', 'publicEncrypt', 'createECDH'] as const

/** The public-key operations that some work takes, in their order. */
function operationsIn(t: TestContext, work: () => unknown): string[] {
  const seen: string[] = []
  const mocks = operations.map(name => {
    const { [name]: real } = crypto as unknown as Record<string, (...given: unknown[]) => unknown>
    return t.mock.method(crypto, name, (...given: unknown[]) => {
      seen.push(name)
      return real?.(...given)
    })
  })
  syncBuiltinESMExports()
  work()
  for (const { mock } of mocks) mock.restore()
  syncBuiltinESMExports()
  return seen
}

const randomKey = new Uint8Array(32)
const user = { allowed: ['GET /user'] }

test('a plain JWT takes one public-key operation, a plain magic token that was never seen one more, and either none again', async t => {
  const signer = newSigningKey('ES256')
  const source = fixedKeys(keySet([verificationKey(createPublicKey(signer.key), signer.kid, 'ES256')]))
  const rules = { issuer: 'any', audience: 'any', expiry: 'optional', algorithms: ['ES256'] } as const
  const clock = { now: () => now, elapsed: () => 0 }
  const jwts = createJwtVerifier(rules, source, { clock, randomKey }, claims => claims)
  const jwt = signJwt({ sub: 'somebody' }, signer, 'JWT')
  assert.deepEqual(
    operationsIn(t, () => jwts.verify(jwt)),
    ['verify'],
  )
  const magic = createMagicVerifier({ keys, randomKey })
  const token = await minted(user)
  assert.deepEqual(
    operationsIn(t, () => magic.verify(token)),
    ['verify', 'diffieHellman'],
  )
  assert.deepEqual(
    operationsIn(t, () => [jwts.verify(jwt), magic.verify(token)]),
    [],
  )
})

test('a credential that is sealed for an RSA key takes one private operation, and no agreement', async t => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keyring = { ...keys, sealing: [sealingKey(privateKey)] }
  const token = await minted(user, { keyring })
  const magic = createMagicVerifier({ keys: keyring, randomKey })
  assert.deepEqual(
    operationsIn(t, () => magic.verify(token)),
    ['verify', 'privateDecrypt'],
  )
})

test('of a chain each part and its seal take one operation, and it is opened once', async t => {
  let token = await minted(user, { chain: true })
  for (let part = 2; part <= 5; part++) token = narrowMagicToken(token, { constraints: user, seal: part === 5 })
  const magic = createMagicVerifier({ keys, randomKey })
  const seen = operationsIn(t, () => magic.verify(token, 5))
  assert.deepEqual(seen, [...Array(6).fill('verify'), 'diffieHellman'])
})

import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { CompactEncrypt, compactDecrypt, generalDecrypt } from 'jose'
import { BadToken } from './bad-token.ts'
import { openSealed, sealFor, sealForAll } from './jwe.ts'
import { readRecipientJwks } from './read-keys.ts'
import { openingKey } from './recipient-key.ts'
import type { VerificationKey } from './verification-key.ts'

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

const ours = openingKey(ec(), 'ours')
const oursRsa = openingKey(rsa, 'ours-rsa')

function recipient(jwk: object): VerificationKey {
  const [key] = readRecipientJwks(JSON.stringify(jwk)).keys
  assert.ok(key !== undefined)
  return key
}

const cty = 'application/json'
const plaintext = Buffer.from('{"a":1}')

for (const key of [ours, oursRsa]) {
  test(`what is sealed by ${key.alg} opens with its key, here and with jose`, async () => {
    const jwe = await sealFor(recipient(key.jwk), { plaintext, cty })
    const opened = await openSealed(jwe, [key])
    assert.deepEqual([Buffer.from(opened.plaintext).toString(), opened.cty], ['{"a":1}', cty])
    const { protectedHeader } = await compactDecrypt(jwe, key.key)
    const { alg, enc, kid } = protectedHeader
    assert.deepEqual({ alg, enc, kid }, { alg: key.alg, enc: 'A256GCM', kid: key.kid })
  })
}

test('what is sealed for several opens with the key of each of them', async () => {
  const sealed = await sealForAll([recipient(ours.jwk), recipient(oursRsa.jwk)], { plaintext, cty })
  const jwe = JSON.parse(JSON.stringify(sealed))
  for (const { key } of [ours, oursRsa]) {
    const { plaintext: opened } = await generalDecrypt(jwe, key)
    assert.equal(Buffer.from(opened).toString(), '{"a":1}')
  }
  await assert.rejects(generalDecrypt(jwe, ec()))
})

const isBad = (error: unknown) => error instanceof BadToken

async function madeWith(header: { alg: string; enc: string; [more: string]: unknown }, key = ours) {
  return new CompactEncrypt(plaintext).setProtectedHeader(header).encrypt(createPublicKey(key.key))
}

const good = { alg: ours.alg, enc: 'A256GCM', kid: ours.kid }

const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

for (const [what, jwe] of [
  ['names no key', await madeWith({ alg: ours.alg, enc: 'A256GCM' })],
  ['names a key that is not here', await madeWith({ ...good, kid: 'theirs' })],
  ['names the key of another algorithm', await madeWith({ ...good, kid: oursRsa.kid })],
  ['agrees on the content key directly', await madeWith({ ...good, alg: 'ECDH-ES' })],
  ['has another content encryption', await madeWith({ ...good, enc: 'A128CBC-HS256' })],
  ['has a party named', await madeWith({ ...good, apu: undefined, iss: 'somebody' })],
  ['is not encrypted at all', `${segment({ alg: 'none', enc: 'none', kid: ours.kid })}....`],
  ['is compressed', `${segment({ ...good, zip: 'DEF' })}.AA.AA.AA.AA`],
  ['has a critical extension', `${segment({ ...good, crit: ['x'], x: 1 })}.AA.AA.AA.AA`],
  [
    'says its algorithm twice',
    `${Buffer.from(`{"alg":"dir",${JSON.stringify(good).slice(1)}`).toString('base64url')}.AA.AA.AA.AA`,
  ],
  ['has four parts', (await madeWith(good)).split('.').slice(0, 4).join('.')],
  ['has another tag', (await madeWith(good)).replace(/[^.]{6}$/, 'AAAAAA')],
  ['has a header that was changed', (await madeWith(good)).replace(/^[^.]*/, segment({ ...good, cty: 'text/plain' }))],
  ['is empty', ''],
  ['is no JWE', 'no.jwe'],
] as const) {
  test(`what ${what} does not open`, async () => {
    await assert.rejects(openSealed(jwe, [ours, oursRsa]), isBad)
  })
}

test('nobody encrypts for a key that is for signatures, nameless, weak, private or of another kind', () => {
  const weak = createPublicKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey).export({ format: 'jwk' })
  const ed = createPublicKey(generateKeyPairSync('ed25519').privateKey).export({ format: 'jwk' })
  const refused = [
    { ...ours.jwk, use: 'sig' },
    { ...ours.jwk, kid: undefined },
    { ...ours.jwk, alg: 'ECDH-ES' },
    { ...ours.jwk, key_ops: ['verify'] },
    { ...weak, kid: 'weak' },
    { ...ed, kid: 'ed' },
    { kty: 'oct', k: 'AAAAAAAAAAAAAAAAAAAAAA', kid: 'secret' },
    { ...ours.key.export({ format: 'jwk' }), kid: 'private' },
  ]
  for (const jwk of refused) assert.throws(() => readRecipientJwks(JSON.stringify(jwk)), { name: 'BadKey' })
})

import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import { secretKey } from './secret-key.ts'
import { BadKey } from './verification-key.ts'

const corpora = process.env.SALLYPORT_CORPORA

function isRefused(text: string): boolean {
  try {
    secretKey(new Secret(text), 'HS256')
    return false
  } catch (error) {
    assert.ok(error instanceof BadKey)
    assert.ok(text.length < 8 || !error.message.includes(text), 'the message shows the secret')
    return true
  }
}

test('a secret shorter than the hash is refused, even where weak ones are allowed', () => {
  const lengths = { HS256: 32, HS384: 48, HS512: 64 }
  for (const [alg, length] of Object.entries(lengths)) {
    const text = randomBytes(64).toString('hex').slice(0, length)
    assert.deepEqual([...secretKey(new Secret(text), alg).algorithms], [alg])
    assert.throws(() => secretKey(new Secret(text.slice(1)), alg, 'allowed'), BadKey)
  }
  assert.throws(() => secretKey(new Secret(''), 'HS256', 'allowed'), BadKey)
})

test('a secret is for HMAC alone', () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA', 'none', '']) {
    assert.throws(() => secretKey(new Secret(randomBytes(64).toString('hex')), alg), BadKey)
  }
})

const guessable = [
  'a'.repeat(64),
  'abcdefghijklmnopqrstuvwxyz0123456789',
  '12345678901234567890123456789012',
  'qwertyuiopasdfghjklzxcvbnm123456',
  'passwordpasswordpasswordpassword',
  'your-256-bit-secret-your-256-bit-secret',
  'changeme-changeme-changeme-changeme!',
  'CHANGE_ME_TO_SOMETHING_SECURE_IN_PRODUCTION',
  'my-super-secret-jwt-token-key-1234567890',
  'this is a very long secret that nobody can guess',
  '<random_string_at_least_32_characters_long>',
  'P@ssw0rdP@ssw0rdP@ssw0rdP@ssw0rd',
  'deadbeefdeadbeefdeadbeefdeadbeef',
  '0123456789abcdef0123456789abcdef',
]

for (const text of guessable) {
  test(`the secret ${text.slice(0, 40)} is refused, unless weak ones are allowed`, () => {
    assert.equal(isRefused(text), true)
    assert.equal(secretKey(new Secret(text), 'HS256', 'allowed').algorithms.has('HS256'), true)
  })
}

test('secrets that a generator made are accepted', () => {
  for (let round = 0; round < 200; round += 1) {
    const made = [
      randomBytes(16).toString('hex'),
      randomBytes(32).toString('hex').toUpperCase(),
      randomBytes(32).toString('base64'),
      randomBytes(24).toString('base64url'),
      `prod_jwt_secret_${randomBytes(24).toString('base64url')}`,
      randomUUID(),
    ]
    for (const text of made) assert.equal(isRefused(text), false, text)
  }
})

test('secrets that are known from the wild are refused where they are short or show that someone thought them up', t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const lines = readFileSync(join(corpora, 'jwt-attacks', 'jwt.secrets.list'), 'utf8').split(/\r?\n/)
  const long = lines.filter(line => Buffer.byteLength(line) >= 32)
  const drawn = long.filter(line => /^(?:[0-9a-f-]+|(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/=_]+)$/i.test(line))
  const refused = new Set(long.filter(isRefused))
  const others = long.length - drawn.length
  const refusedOthers = refused.size - drawn.filter(line => refused.has(line)).length
  t.diagnostic(`${lines.length - long.length} are too short; of ${long.length} long ones ${refused.size} are refused`)
  t.diagnostic(`${drawn.length} look drawn at random; of the ${others} others ${refusedOthers} are refused`)
  assert.ok(refusedOthers > others / 4)
  for (const line of lines.filter(one => Buffer.byteLength(one) < 32).slice(0, 500)) assert.equal(isRefused(line), true)
})

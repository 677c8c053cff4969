import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { loadConfiguration } from '../load.ts'

const published = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid: 'p',
}
const secret = { kty: 'oct', kid: 's', alg: 'HS256', k: randomBytes(32).toString('base64url') }
const weak = { kty: 'oct', kid: 'w', alg: 'HS256', k: Buffer.from('password'.repeat(8)).toString('base64url') }
const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' })

const apis = {
  open: { path: '/', identify: { jwt: 'staff' }, authorize: 'anyone', forward: { to: 'https://example.com' } },
}

/** What is wrong with, and what is doubtful about, an issuer with these algorithms and these keys in a file. */
async function load(algorithms: readonly string[] | undefined, file: string, keys: object = { file: './keys' }) {
  const issuer = { issuer: 'any', audience: 'a', keys, algorithms }
  const files: Readonly<Record<string, string>> = {
    '/sallyport.yaml': JSON.stringify({ sallyport: 1, issuers: { staff: issuer }, apis }),
    '/keys': file,
  }
  const { result, warnings } = await loadConfiguration(['/sallyport.yaml'], {
    env: {},
    jwks: {},
    readFile: async path => files[path] ?? assert.fail(`no file ${path}`),
    secret: async () => undefined,
  })
  const mistakes = 'mistakes' in result ? result.mistakes.map(({ path, message }) => `${path}: ${message}`) : []
  return { mistakes, warnings: warnings.map(({ message }) => message).filter(message => message.startsWith('/keys')) }
}

const jwks = (...keys: object[]) => JSON.stringify({ keys })

test('secret keys in a file are read where only HMAC algorithms are listed', async () => {
  assert.deepEqual(await load(['HS256'], jwks(secret)), { mistakes: [], warnings: [] })
  assert.deepEqual(await load(['HS256', 'HS512'], jwks(secret, published)), { mistakes: [], warnings: [] })
})

test('secret keys in a file are never read where no HMAC algorithm is listed', async () => {
  for (const algorithms of [undefined, ['ES256'], ['RS256', 'ES256']]) {
    const { mistakes } = await load(algorithms, jwks(secret))
    assert.match(mistakes.join(), /no usable key; key 1 is a symmetrical key in a public document/)
  }
  const { mistakes, warnings } = await load(undefined, jwks(secret, published))
  assert.deepEqual(mistakes, [])
  assert.deepEqual(warnings, ['/keys: key 1 is a symmetrical key in a public document; it is not used'])
})

test('a secret key that can be guessed is not read from a file either', async () => {
  assert.match((await load(['HS256'], jwks(weak))).mistakes.join(), /a secret that can be guessed/)
  const { mistakes, warnings } = await load(['HS256'], jwks(weak, secret))
  assert.deepEqual(mistakes, [])
  assert.match(warnings.join(), /^\/keys: key 1 is a secret that can be guessed.*it is not used$/)
})

test('HMAC algorithms never stand beside others where keys come from a file', async () => {
  for (const file of [jwks(secret, published), jwks(published), String(pem)]) {
    const { mistakes } = await load(['ES256', 'HS256'], file)
    assert.match(mistakes.join(), /issuers.staff.algorithms\[1\]: HS256 cannot stand beside ES256/)
  }
})

test('public keys never verify an HMAC algorithm', async () => {
  for (const file of [jwks(published), String(pem)]) {
    assert.match((await load(['HS256'], file)).mistakes.join(), /no key in it is for HS256/)
  }
  const { mistakes } = await load(['HS256'], '', { jwks: 'https://id.example.com/keys' })
  assert.match(mistakes.join(), /HS256 needs keys.secret, or a keys.file of secret keys/)
})

test('a file without a key for the algorithms that are listed does not load', async () => {
  assert.match((await load(['RS256'], jwks(published))).mistakes.join(), /no key in it is for RS256/)
  assert.match((await load(['HS512'], jwks(secret))).mistakes.join(), /no key in it is for HS512/)
})

test('a mistake in an issuer is reported once, at the issuer', async () => {
  const path = (mistakes: readonly string[]) => mistakes.map(mistake => mistake.split(': ')[0])
  assert.deepEqual(path((await load(undefined, 'no keys')).mistakes), ['issuers.staff.keys.file'])
  assert.deepEqual(path((await load(['none', 'ES256'], jwks(published))).mistakes), ['issuers.staff.algorithms[0]'])
  assert.deepEqual(path((await load(['HS256', 'ES256'], jwks(published))).mistakes), ['issuers.staff.algorithms[0]'])
})

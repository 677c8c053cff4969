import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import fc from 'fast-check'
import { jwsAlgorithms } from './algorithms.ts'
import { BadToken } from './bad-token.ts'
import type { Claims } from './claims.ts'
import { compact, goodClaims, mint, now, pairs, publicKeys, rules, testClock } from './independent-issuer.ts'
import { createJwtVerifier, type JwtVerifier } from './jwt.ts'
import { keySet } from './key-set.ts'
import { fixedKeys } from './key-source.ts'
import { secretKey } from './secret-key.ts'

const corpora = process.env.SALLYPORT_CORPORA
const ports = { clock: testClock(), randomKey: randomBytes(32) }
const secret = randomBytes(64).toString('hex')
const secrets = ['HS256', 'HS384', 'HS512'].map(alg => secretKey(new Secret(secret), alg))
const published = publicKeys('RSA', 'P-256', 'P-384', 'P-521', 'Ed25519')

/** Every algorithm allowed, and keys of every type side by side: the widest door that can be opened. */
const verifier = createJwtVerifier(
  { ...rules, algorithms: jwsAlgorithms.map(algorithm => algorithm.name) },
  fixedKeys(keySet([...published.keys, ...secrets])),
  ports,
  claims => claims,
)

function assertRefused(token: string, by: JwtVerifier<Claims> = verifier): void {
  assert.throws(
    () => by.verify(token),
    error => error instanceof BadToken,
    token.slice(0, 200),
  )
}

const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })
const attackerJwk = { ...attacker.publicKey.export({ format: 'jwk' }), kid: 'attacker', use: 'sig', alg: 'RS256' }

function withMac(header: object, key: string | Buffer, payload: unknown = goodClaims): string {
  const unsigned = compact(header, payload).slice(0, -1)
  return `${unsigned}.${createHmac('sha256', key).update(unsigned).digest('base64url')}`
}

function withRsa(header: object, key: KeyObject = attacker.privateKey, payload: unknown = goodClaims): string {
  const unsigned = compact(header, payload).slice(0, -1)
  return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`
}

/** A token that our own issuer signs, with a payload that is this very text. */
const genuine = (payload: string): string => withRsa({ alg: 'RS256' }, pairs.RSA.privateKey, payload)
const text = JSON.stringify(goodClaims)

/** The public key in every form that an attacker could take for a secret. */
function publicTexts(): string[] {
  const forms = (['spki', 'pkcs1'] as const).map(type => pairs.RSA.publicKey.export({ format: 'pem', type }).toString())
  const jwk = JSON.stringify(pairs.RSA.publicKey.export({ format: 'jwk' }))
  return [...forms, ...forms.map(form => form.trimEnd()), ...forms.map(form => form.replaceAll('\n', '\r\n')), jwk, '']
}

const attacks: Readonly<Record<string, () => string[]>> = {
  'alg none in any spelling': () =>
    ['none', 'None', 'NONE', 'nOnE', 'none ', '', 'null', 'HS0', 'n\u006fne\u0000'].flatMap(alg => [
      compact({ alg }, goodClaims),
      compact({ alg }, goodClaims, 'AA'),
      withMac({ alg }, ''),
    ]),
  'no signature': () => jwsAlgorithms.map(({ name }) => compact({ alg: name }, goodClaims)),
  'HS256 with the public key as its secret': () => publicTexts().map(form => withMac({ alg: 'HS256' }, form)),
  'a key of the attacker in the header': () => [
    withRsa({ alg: 'RS256', jwk: attackerJwk }),
    withRsa({ alg: 'RS256', jwk: attackerJwk, kid: 'attacker' }),
    withRsa({ alg: 'RS256', x5c: [attackerJwk.n] }),
    withRsa({ alg: 'RS256', jku: 'http://127.0.0.1:9/jwks.json', kid: 'attacker' }),
    withRsa({ alg: 'RS256', x5u: 'http://127.0.0.1:9/cert.pem' }),
    withMac({ alg: 'HS256', jwk: { kty: 'oct', k: 'AA' } }, Buffer.alloc(1)),
  ],
  'a kid that points somewhere': () =>
    [
      '',
      '../../../../dev/null',
      '/dev/null',
      '|sleep 10',
      "x' UNION SELECT '1';--",
      'http://127.0.0.1:9/key',
      'k'.repeat(9000),
    ].flatMap(kid => [
      withMac({ alg: 'HS256', kid }, ''),
      withMac({ alg: 'HS256', kid }, '1'),
      withRsa({ alg: 'RS256', kid }),
    ]),
  'a kid that is an object': () => [
    withMac({ alg: 'HS256', kid: { $gt: '' } }, ''),
    withMac({ alg: 'HS256', kid: ['a'] }, ''),
  ],
  'a psychic signature': () => [
    compact({ alg: 'ES256' }, goodClaims, Buffer.alloc(64).toString('base64url')),
    compact({ alg: 'ES384' }, goodClaims, Buffer.alloc(96).toString('base64url')),
    compact({ alg: 'ES512' }, goodClaims, Buffer.alloc(132).toString('base64url')),
    compact({ alg: 'EdDSA' }, goodClaims, Buffer.alloc(64).toString('base64url')),
    compact({ alg: 'RS256' }, goodClaims, Buffer.alloc(256).toString('base64url')),
  ],
  'crit, or b64 false': () => [
    withRsa({ alg: 'RS256', crit: ['b64'], b64: false }, pairs.RSA.privateKey),
    withRsa({ alg: 'RS256', crit: ['x'], x: 1 }, pairs.RSA.privateKey),
    withRsa({ alg: 'RS256', b64: false }, pairs.RSA.privateKey),
  ],
  'a token in a token': () => [genuine(genuine(text)), genuine(JSON.stringify(genuine(text)))],
  'a payload that two readers would read differently': () => [
    genuine(text.replace('"sub"', '"sub":"root","sub"')),
    genuine(text.replace('"sub"', '"s\\u0075b":"root","sub"')),
    genuine(`${text} ${text}`),
    genuine(`\ufeff${text}`),
    genuine(text.replace('alice', 'alice\\ud800')),
  ],
  'a payload that is no claims set': () => ['', '[]', 'null', '1', '"alice"', '{', '[{}]'].map(genuine),
  'a payload nested without end': () => [genuine(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`)],
  'an exp that is no date': () =>
    [
      '"9999999999"',
      '1e400',
      '-1e400',
      'NaN',
      'Infinity',
      '0x7fffffff',
      '-1',
      '-9999999999',
      '[9999999999]',
      'true',
      'null',
    ].map(exp => genuine(text.replace(`"exp":${now + 3600}`, `"exp":${exp}`))),
  'claims that are only inherited': () => [
    genuine('{"__proto__":{"iss":"https://id.example.com","aud":"warehouse","exp":9999999999}}'),
    genuine('{"constructor":{"prototype":{"iss":"https://id.example.com","aud":"warehouse","exp":9999999999}}}'),
  ],
  'JSON serialization': () => {
    const [header, payload, signature] = genuine(text).split('.')
    return [
      JSON.stringify({ protected: header, payload, signature }),
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    ]
  },
  'parts too many': () => [`${genuine(text)}.`, `.${genuine(text)}`, `${genuine(text)}.AA`, `${genuine(text)}.AA.AA`],
  'something around it': () =>
    [' ', '\n', '\0', '=', '%20'].flatMap(more => [genuine(text) + more, more + genuine(text)]),
  'a huge token': () => [
    genuine(text.replace('alice', 'a'.repeat(20_000))),
    'A'.repeat(1_000_000),
    '.'.repeat(1_000_000),
  ],
}

test('the token that the attacks start from is good', () => {
  assert.deepEqual(verifier.verify(genuine(text)), goodClaims)
  assert.deepEqual(verifier.verify(withMac({ alg: 'HS256' }, secret)), goodClaims)
})

for (const [name, tokens] of Object.entries(attacks)) {
  test(`refused: ${name}`, () => {
    for (const token of tokens()) assertRefused(token)
  })
}

for (const alg of ['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA', 'HS256']) {
  test(`no character of a ${alg} token can be changed`, async () => {
    const row = jwsAlgorithms.find(one => one.name === alg)
    assert.ok(row)
    const token = await mint(
      goodClaims,
      { alg },
      row.keyType === 'oct' ? Buffer.from(secret) : pairs[row.curve ?? 'RSA'].privateKey,
    )
    await verifier.verify(token)
    const letter = fc.oneof(
      fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
      fc.constantFrom('', '.', '=', '+', '/', ' ', '\n', '\0', 'é', '\ud800', '%', 'AA'),
    )
    fc.assert(
      fc.property(fc.nat(token.length - 1), letter, (at, replacement) => {
        fc.pre(token[at] !== replacement)
        assertRefused(token.slice(0, at) + replacement + token.slice(at + 1))
      }),
      {
        numRuns: 300,
        examples: [
          [token.length - 1, 'A'],
          [token.length - 1, 'B'],
          [token.length - 1, ''],
          [0, 'f'],
        ],
      },
    )
  })
}

interface Recipe {
  readonly id: string
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: string
}

function withPart(token: string, index: number, part: string): string {
  return token.split('.').with(index, part).join('.')
}

function recipesOf(directory: string): Recipe[] {
  return readFileSync(join(directory, 'jwt-attacks', 'recipes.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

/** How the recipes that name neither a key nor an alg of none are carried out. */
const forgings: Readonly<Record<string, (token: string, recipe: Recipe) => string[]>> = {
  'null-signature': token => [withPart(token, 2, '')],
  'key-confusion-pem': () => publicTexts().map(form => withMac({ alg: 'HS256' }, form)),
  'embedded-jwk': () => [withRsa({ alg: 'RS256', jwk: attackerJwk })],
  'wrong-signature-disclosure': token => [
    withPart(token, 2, `A${token.split('.')[2]?.slice(1)}`),
    withPart(token, 2, 'AAAA'),
  ],
  'unsigned-other-sig': token => [
    withPart(token, 1, Buffer.from(JSON.stringify({ ...goodClaims, scope: 'admin' })).toString('base64url')),
  ],
  'no-token': () => [''],
  expired: () => [genuine(JSON.stringify({ ...goodClaims, exp: now - 1 }))],
  'weak-secret': () => {
    const list = readFileSync(join(corpora ?? '', 'jwt-attacks', 'jwt.secrets.list'), 'utf8').split(/\r?\n/)
    return list.filter((_, index) => index % 50 === 0).map(line => withMac({ alg: 'HS256' }, line))
  },
}

function forge(token: string, recipe: Recipe): string[] {
  const known = forgings[recipe.id]
  if (known !== undefined) return known(token, recipe)
  if (recipe.id.startsWith('alg-')) return [compact(recipe.header, goodClaims)]
  if (recipe.key !== undefined) return [withMac({ alg: 'HS256', ...recipe.header }, recipe.key)]
  assert.ok(recipe.header !== undefined, `no way to carry out ${recipe.id}`)
  return [withRsa({ alg: 'RS256', ...recipe.header }), withMac({ alg: 'HS256', ...recipe.header }, '')]
}

test('every recipe of the attackers’ playbook is refused', t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const narrow = createJwtVerifier(
    { ...rules, algorithms: ['RS256'] },
    fixedKeys(publicKeys('RSA')),
    ports,
    claims => claims,
  )
  const token = genuine(text)
  const recipes = recipesOf(corpora)
  for (const by of [verifier, narrow]) {
    assert.deepEqual(by.verify(token), goodClaims)
    for (const recipe of recipes) for (const forged of forge(token, recipe)) assertRefused(forged, by)
  }
  t.diagnostic(`${recipes.length} recipes`)
})

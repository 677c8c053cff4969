import assert from 'node:assert/strict'
import test from 'node:test'
import { guardedYaml } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'

const yaml = (issuer: string) => guardedYaml({ to: 'http://127.0.0.1:9', issuers: `{ staff: ${issuer} }` })
const withSecret = (secret: string, more = '') =>
  yaml(`{ issuer: x, audience: y, keys: { secret: ${secret} }${more === '' ? '' : `, ${more}`} }`)
const fromEnvironment = withSecret(`"\${JWT_SECRET}"`)

const weak: readonly (readonly [what: string, secret: string])[] = [
  ['the one of the documents', 'your-secret-key'],
  ["jwt.io's old one", 'your-256-bit-secret'],
  ["jwt.io's new one", 'a-string-secret-at-least-256-bits-long'],
  ['a sentence about itself', 'this is a very secret key that you must change in production'],
  ['one letter', 'a'.repeat(64)],
  ['a keyboard walk', 'qwertyuiopasdfghjklzxcvbnm1234567890'],
  ['one that is shorter than the hash', 'kJ8#vQ2!mZ5^xW9&bN4*cR7(tY1)pL6'],
]

for (const [what, secret] of weak) {
  test(`a weak or well-known secret does not load: ${what}`, async t => {
    const mistakes = await mistakesOf(t, fromEnvironment, { env: { JWT_SECRET: secret } })
    assert.match(mistakes.join('\n'), /^issuers\.staff\.keys\.secret: /)
    assert.ok(!mistakes.join('\n').includes(secret), 'the message does not show it')
  })
}

test('a secret that is good for HS256 and too short for HS512 does not load for both', async t => {
  const more = 'algorithms: [HS256, HS512]'
  const env = { JWT_SECRET: 'kJ8#vQ2!mZ5^xW9&bN4*cR7(tY1)pL6_' }
  assert.match((await mistakesOf(t, withSecret(`"\${JWT_SECRET}"`, more), { env })).join('\n'), /512/)
})

test('a secret from a variable that is not set does not load: there is no default one', async t => {
  assert.match((await mistakesOf(t, fromEnvironment)).join('\n'), /JWT_SECRET/)
})

for (const [what, issuer] of [
  ['no algorithm at all', '{ issuer: x, audience: y, keys: { file: ./k }, algorithms: [none] }'],
  ['HS256 with public keys', '{ issuer: x, audience: y, keys: { jwks: "https://x.example/k" }, algorithms: [HS256] }'],
  [
    'RS256 with a secret',
    '{ issuer: x, audience: y, keys: { secret: "kJ8#vQ2!mZ5^xW9&bN4*cR7(tY1)pL6_" }, algorithms: [RS256] }',
  ],
  ['an unknown name', '{ issuer: x, audience: y, keys: { jwks: "https://x.example/k" }, algorithms: [RS257] }'],
  ['an issuer without an audience', '{ url: "https://x.example" }'],
  ['an issuer without keys or a URL', '{ issuer: x, audience: y }'],
] as const) {
  test(`rules for tokens that nobody could mean do not load: ${what}`, async t => {
    const mistakes = await mistakesOf(t, yaml(issuer), { files: { k: 'x' } })
    assert.match(mistakes.join('\n'), /issuers\.staff/)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import fc from 'fast-check'
import { logRedaction, usuallyRedacted } from './redaction.ts'

const usual = logRedaction(usuallyRedacted)

for (const [what, text, left] of [
  ['a member', '{"password":"hunter2","a":1}', '{"password":[secret],"a":1}'],
  [
    'a member of another case and spelling',
    '{"creditCard" : "4111", "X-API-Key":"k"}',
    '{"creditCard" : [secret], "X-API-Key":[secret]}',
  ],
  ['a word within a name', 'access_token=abc&page=2', 'access_token=[secret]&page=2'],
  ['a name that is escaped for JSON', '{"p\\u0061ssword":"x"}', '{"p\\u0061ssword":[secret]}'],
  ['a name that is escaped for a URL', '?pass%77ord=x&q=1', '?pass%77ord=[secret]&q=1'],
  ['a name in brackets', 'user[password]=x&a=1', 'user[password]=[secret]&a=1'],
  ['a number', '{"token":17}', '{"token":[secret]}'],
  ['a list', '{"tokens":["a","b]"],"n":1}', '{"tokens":[secret],"n":1}'],
  ['an object', '{"secret":{"a":{"b":"x"}},"n":1}', '{"secret":[secret],"n":1}'],
  ['an object that is cut off', '{"secret":{"a":"x', '{"secret":[secret]'],
  ['a text with quotes', '{"password":"a\\"b","n":1}', '{"password":[secret],"n":1}'],
  ['a text that is cut off', '{"password":"hunt', '{"password":[secret]'],
  [
    'JSON within JSON',
    '{"body":"{\\"password\\":\\"x y\\",\\"n\\":1}"}',
    '{"body":"{\\"password\\":[secret],\\"n\\":1}"}',
  ],
  ['a field', 'Authorization: Bearer abc, def\nHost: x', 'Authorization: [secret]\nHost: x'],
  ['all cookies', 'cookie: a=b; session=c', 'cookie: [secret]'],
  ['single quotes', "password = 'hunter 2' or 1", 'password = [secret] or 1'],
  ['a token that has no name', 'saw eyJhbGciOiJub25lIn0.eyJhIjoxfQ. today', 'saw [secret] today'],
  ['what follows a scheme', 'sent Basic YWxpY2U6c2VjcmV0MTIz to it', 'sent [secret] to it'],
  ['a token within a word', 'is x-eyJhbGciOiJub25lIn0.eyJhIjoxfQ.sig, there', 'is [secret], there'],
  ['what stands right behind another value', 'token=a]password=b', 'token=[secret]]password=[secret]'],
  ['a word at the end of a long name', `${'a'.repeat(300)}password=x`, `${'a'.repeat(300)}password=[secret]`],
  [
    'the user of an address',
    'at postgres://sally:hunter2@db:5432/x: refused',
    'at postgres://[secret]@db:5432/x: refused',
  ],
  ['a user who is a token', "'https://ghp_0123@git.test/x'", "'https://[secret]@git.test/x'"],
  ['a password with signs of addresses', 'redis://:p@a/b?c#d@db/1', 'redis://[secret]@db/1'],
  ['two addresses', 'amqp://a:b@c/d, amqp://e:f@g', 'amqp://[secret]@c/d, amqp://[secret]@g'],
  ['an address in JSON', '{"at":"http:\\/\\/a:b@c\\/d"}', '{"at":"http:\\/\\/[secret]@c\\/d"}'],
  ['an address that is escaped', '?to=https%3A%2F%2Fa%3Ab%40c%2Fd', '?to=https%3A%2F%2F[secret]%40c%2Fd'],
  ['no user', 'https://db:5432/a@b?c=d@e http://a/b@c', 'https://db:5432/a@b?c=d@e http://a/b@c'],
  ['prose', 'the token is not one of ours', 'the token is not one of ours'],
  ['other names', 'pass=1 tok=2 {"name":"x"}', 'pass=1 tok=2 {"name":"x"}'],
] as const) {
  test(`what is named like a secret goes out of a text: ${what}`, () => assert.equal(usual.text(text), left))
}

test('values go however deep they stand, in lists too; what is no plain object stays itself', () => {
  const error = new Error('x')
  assert.deepEqual(usual.value({ to: ['redis://a:b@c'] }), { to: ['redis://[secret]@c'] })
  const seen = { list: [{ a: { password: ['x'], n: 1 } }], at: new Date(0), key: new Secret('s'), error, Token: null }
  const left = {
    list: [{ a: { password: '[secret]', n: 1 } }],
    at: new Date(0),
    key: seen.key,
    error,
    Token: '[secret]',
  }
  assert.deepEqual(usual.value(seen), left)
  assert.equal(seen.list[0]?.a.password[0], 'x', 'what was given is left alone')
  const round: Record<string, unknown> = { n: 1 }
  round.again = round
  assert.ok(JSON.stringify(usual.value(round)).endsWith('"[secret]"}'.concat('}'.repeat(32))))
})

test('the words are those that are given; credentials in header fields always go', () => {
  const own = logRedaction(['ssn'])
  assert.equal(own.text('ssn=1&password=2\nAuthorization: x'), 'ssn=[secret]&password=2\nAuthorization: [secret]')
})

test('no value of such a name is left in JSON, however it is written, and the rest is', () => {
  const secret = fc.string({ minLength: 3 }).map(text => `<<${text}>>`)
  const name = fc.constantFrom('password', 'PassWord', 'x_token', 'secret', 'credit-card')
  fc.assert(
    fc.property(name, secret, fc.nat(3), fc.constantFrom(1, 2), (name, value, space, times) => {
      let text = JSON.stringify({ open: 'kept', [name]: [{ a: value }], deep: [{ [name]: value }] }, null, space)
      for (let i = 1; i < times; i++) text = JSON.stringify(text)
      const left = usual.text(text)
      assert.doesNotMatch(left, /<<|>>/)
      assert.ok(left.includes('kept'))
    }),
  )
})

test('a text of the worst kind takes time in proportion to its length', () => {
  for (const text of [
    'a'.repeat(4000),
    'token'.repeat(800),
    'token:{'.repeat(570),
    'token="'.repeat(570),
    'token=\\'.repeat(570),
    `%${'a'.repeat(400_000)}`,
    'eyJ-'.repeat(100_000),
    '-eyJaaaaaaaa.'.repeat(30_000),
    'a://b:c'.repeat(50_000),
    `a://${'@'.repeat(100_000)}/`,
    `a://${'b:'.repeat(100_000)}`,
    '%3a%2f%2fa'.repeat(40_000),
  ])
    assert.ok(usual.text(text).length <= text.length * 2)
})

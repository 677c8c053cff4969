import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import fc from 'fast-check'
import { Masker, maskWhole } from './masker.ts'
import { type Needles, needlesOf } from './needles.ts'

const secret = 'ghp_16C7e42F292c/912E+710c"838347\\Ae178B4a'

function needlesFor(value: string): Needles {
  const needles = needlesOf({ kind: 'header', name: 'Authorization', scheme: 'Bearer', value: new Secret(value) })
  assert.ok(needles)
  return needles
}

const needles = needlesFor(secret)
const masked = (text: string, by = needles) => Buffer.from(maskWhole(Buffer.from(text), by)).toString()

function maskedInPieces(bytes: Uint8Array, cuts: readonly number[], by = needles): string {
  const masker = new Masker(by)
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const out = places.slice(1).map((place, i) => masker.write(bytes.subarray(places[i], place)))
  return Buffer.concat([...out, masker.end()]).toString('latin1')
}

const escaped = (text: string) =>
  [...text].map(sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const percents = (text: string) => [...Buffer.from(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')

const notations: Readonly<Record<string, (text: string) => string>> = {
  'as it is': text => text,
  'in JSON': text => JSON.stringify(text).slice(1, -1),
  'in JSON with slashes escaped': text => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'in JSON by numbers': escaped,
  'in JSON by numbers in capitals': text => escaped(text).replace(/[a-f]/g, digit => digit.toUpperCase()),
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': text => encodeURIComponent(encodeURIComponent(text)),
  'percent-encoded, every byte': percents,
  'percent-encoded, every byte, twice': text => percents(percents(text)),
  'percent-encoded within JSON by numbers': text => escaped(percents(text)),
}

for (const [notation, write] of Object.entries(notations)) {
  test(`a credential ${notation} is masked`, () => {
    assert.equal(masked(`{"a":"<${write(secret)}>"}`), '{"a":"<[secret]>"}')
  })
}

test('any mixture of notations is masked, one sign this way and one that', () => {
  const ways = [
    (sign: string) => JSON.stringify(sign).slice(1, -1),
    escaped,
    percents,
    (sign: string) => percents(percents(sign)),
  ]
  fc.assert(
    fc.property(fc.array(fc.nat(3), { minLength: secret.length, maxLength: secret.length }), chosen => {
      const text = [...secret].map((sign, i) => ways[chosen[i] ?? 0]?.(sign)).join('')
      assert.equal(masked(`"${text}"`), '"[secret]"')
    }),
  )
})

for (const encoding of ['base64', 'base64url'] as const) {
  test(`what ${encoding} shows of a credential is masked wherever it begins`, () => {
    for (const before of ['', 'a', 'ab', 'user:', 'x-access-token:']) {
      for (const after of ['', 'c', 'cd']) {
        const text = Buffer.from(before + secret + after).toString(encoding)
        const left = Buffer.from(masked(`"${text}"`).replace('[secret]', '')).toString()
        // Of a group of three bytes that it shares with its neighbours some bits stay.
        assert.ok(left.length <= before.length * 2 + after.length * 2 + 10, left)
        assert.match(masked(`"${text}"`), /^"[\w+/-]*\[secret\][\w+/=-]*"$/)
        const twice = encodeURIComponent(text)
        assert.match(masked(`"${twice}"`), /\[secret\]/)
      }
    }
  })
}

/** Texts in which beginnings of the needles, and of escapes, stand close together. */
const shreds = [
  secret,
  secret.slice(0, 9),
  secret.slice(-9),
  escaped(secret),
  percents(secret),
  '%',
  '%2',
  '\\',
  '\\u00',
  '"',
  'g',
  'gh',
  '%25',
  '\\\\',
]
const text = fc
  .array(fc.oneof(fc.constantFrom(...shreds), fc.string({ maxLength: 3 })), { maxLength: 12 })
  .map(parts => parts.join(''))
const repeating = fc.array(fc.constantFrom('a', 'b', '%61', '\\u0061'), { maxLength: 60 }).map(parts => parts.join(''))

test('wherever the pieces are cut the masked text is the same', () => {
  const repeated = needlesFor('aabaabaabaabaabaa')
  const cuts = fc.array(fc.nat(1000), { maxLength: 12 })
  fc.assert(
    fc.property(text, cuts, (whole, at) => {
      assert.equal(maskedInPieces(Buffer.from(whole), at), Buffer.from(masked(whole)).toString('latin1'))
    }),
    { numRuns: 1_000 },
  )
  fc.assert(
    fc.property(repeating, cuts, (whole, at) => {
      assert.equal(maskedInPieces(Buffer.from(whole), at, repeated), masked(whole, repeated))
    }),
    { numRuns: 1_000 },
  )
})

test('what holds no credential goes through byte for byte, and in the end nothing stays behind', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(300), { maxLength: 5 }), (bytes, cuts) => {
      assert.equal(maskedInPieces(bytes, cuts), Buffer.from(bytes).toString('latin1'))
    }),
  )
  for (let length = 0; length < secret.length; length++)
    assert.equal(masked(secret.slice(0, length)), secret.slice(0, length))
})

test('the credential never stands in what comes out, and JSON stays JSON', () => {
  const strings = fc.array(fc.oneof(fc.constantFrom(...shreds), fc.string({ maxLength: 3 })), { maxLength: 6 })
  fc.assert(
    fc.property(fc.array(strings.map(parts => parts.join(''))), values => {
      const out = JSON.parse(masked(JSON.stringify(values)))
      assert.ok(!JSON.stringify(out).includes(JSON.stringify(secret).slice(1, -1)))
      assert.equal(out.length, values.length)
    }),
    { numRuns: 1000 },
  )
  // A needle that begins or ends within an escape would else take half of it away.
  const [n, end] = [needlesFor('nabcdefghijklmnopq'), needlesFor('abcdefghijklmnopq\\')]
  assert.equal(masked('"\\nabcdefghijklmnopq"', n), '"[secret]"')
  assert.equal(masked('"abcdefghijklmnopq\\""', end), '"[secret]"')
})

test('a credential of digits is masked by digits, so that a number stays one', () => {
  const digits = needlesFor('1234567890123456')
  assert.equal(masked('{"id":1234567890123456}', digits), `{"id":${'9'.repeat(16)}}`)
})

test('what overlaps is masked as one, what only touches as two', () => {
  assert.equal(masked(`${secret}${secret}`), '[secret][secret]')
  const repeated = needlesFor('abababababababab')
  assert.equal(masked(`${'ab'.repeat(50)}c`, repeated), '[secret]c')
})

test('a credential under 16 bytes is not looked for', () => {
  assert.equal(needlesOf({ kind: 'query', name: 'key', value: new Secret('x'.repeat(15)) }), undefined)
})

test('the password of a user is masked alone and with its user, and a short one with its user only', () => {
  const basic = (password: string) => {
    const made = needlesOf({ kind: 'basic', username: 'x-access-token', password: new Secret(password) })
    assert.ok(made)
    return made
  }
  assert.equal(masked(`<${secret}>`, basic(secret)), '<[secret]>')
  assert.equal(
    masked(`Basic ${btoa(`x-access-token:${secret}`)}`, basic(secret)).replace(/[\w+/]{0,2}=*$/, ''),
    'Basic [secret]',
  )
  assert.equal(masked(`Basic ${btoa('x-access-token:short')}`, basic('short')).slice(0, 14), 'Basic [secret]')
})

test('what is held back is bounded, and a credential that repeats itself is masked while it comes', () => {
  const repeating = new Masker(needlesFor('a'.repeat(16)))
  let went = 0
  for (let i = 0; i < 10_000; i++) went += repeating.write(Buffer.from('a'.repeat(16))).length
  assert.ok(went > 0 && went < 100)
  const beginning = new Masker(needles)
  const piece = Buffer.from(`\\u0067x${'y'.repeat(57)}${secret.slice(0, 20)}`)
  went = 0
  for (let i = 0; i < 1000; i++) went += beginning.write(piece).length
  assert.ok(1000 * piece.length - went < 100)
})

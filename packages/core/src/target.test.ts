import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { Problem } from './problems.ts'
import { readTarget } from './target.ts'

const accepted = (raw: string) => {
  try {
    return readTarget(raw)
  } catch (error) {
    assert.ok(error instanceof Problem && error.code === 'target-malformed', `${raw} ended in ${error}`)
    return undefined
  }
}

const pieces = (segments: readonly string[]) => segments.flatMap(segment => segment.split('/'))
const isDot = (segment: string) => segment === '.' || segment === '..'

/** As a careless backend would: what can be decoded is, what cannot stays. */
const decodeLeniently = (text: string) =>
  text.replace(/(?:%[\da-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString())

const plainTargets: readonly [raw: string, segments: readonly string[], query?: string][] = [
  ['/', ['']],
  ['/a/b', ['a', 'b']],
  ['/a/', ['a', '']],
  ['/?', [''], ''],
  ['/a?x=1&y=/../', ['a'], 'x=1&y=/../'],
  ['/a?b?c', ['a'], 'b?c'],
  ['/a?f["<>^`{|}\\]', ['a'], 'f["<>^`{|}\\]'],
  ['/a?q=%C3%A9%20%2F', ['a'], 'q=%C3%A9%20%2F'],
  ['/.../.a/a./..a', ['...', '.a', 'a.', '..a']],
  ["/!$&'()*+,=:@-._~", ["!$&'()*+,=:@-._~"]],
]

for (const [raw, segments, query] of plainTargets) {
  test(`${raw} is read as it stands`, () => {
    const mark = raw.indexOf('?')
    const path = mark === -1 ? raw : raw.slice(0, mark)
    assert.deepEqual(readTarget(raw), { path, segments, query, matrix: false, slashed: undefined })
  })
}

test('percent-encoded unreserved characters are decoded in the path, every other triplet stands as it came', () => {
  const target = readTarget('/%41%7a%30%2d%2E%5f%7Ex/%3a%3A%20%c3%a9%C3%A9%40%23')
  assert.equal(target.path, '/Az0-._~x/%3a%3A%20%c3%a9%C3%A9%40%23')
  assert.deepEqual(target.segments, ['Az0-._~x', ':: éé@#'])
})

test('the query stands byte for byte as it came', () => {
  assert.equal(readTarget('/a?%41=%7e&%2e%2e').query, '%41=%7e&%2e%2e')
})

test('an encoded slash is data inside its segment, and the other reading is given beside it', () => {
  const target = readTarget('/repos/o/r/contents/src%2Findex.js')
  assert.equal(target.path, '/repos/o/r/contents/src%2Findex.js')
  assert.deepEqual(target.segments, ['repos', 'o', 'r', 'contents', 'src/index.js'])
  assert.deepEqual(target.slashed, ['repos', 'o', 'r', 'contents', 'src', 'index.js'])
  assert.deepEqual(readTarget('/a%2fb/').slashed, ['a', 'b', ''])
})

test('raw matrix parameters are told, encoded semicolons are data', () => {
  assert.equal(readTarget('/a;v=1/b').matrix, true)
  assert.deepEqual(readTarget('/a;v=1/b').segments, ['a;v=1', 'b'])
  assert.equal(readTarget('/a%3Bv=1/b').matrix, false)
})

test('fullwidth dots and slashes are plain data', () => {
  assert.deepEqual(readTarget('/%EF%BC%8E%EF%BC%8E/%EF%BC%8F').segments, ['．．', '／'])
})

test('a percent sign that is data is accepted', () => {
  assert.deepEqual(readTarget('/100%25/50%25zz').segments, ['100%', '50%zz'])
})

const refused: Readonly<Record<string, readonly string[]>> = {
  'what is not in origin form': ['', '*', 'a', '?a', 'http://h/', '%2Fa'],
  'a fragment': ['/a#b', '/#', '/a?b#c', '/a#b?c'],
  'raw control characters, spaces and bytes past ASCII': [
    '/a b',
    '/a\tb',
    '/a\x00',
    '/a\x7f',
    '/caf\xe9',
    '/a?b c',
    '/a?b\x00',
    '/a?b\x7f',
    '/a?caf\xc3\xa9',
  ],
  'characters that RFC 3986 does not allow in a path': [...'"<>[]^`{|}'].map(character => `/a${character}b`),
  'malformed percent triplets': ['/a%', '/a%2', '/a%zz', '/a%u002e', '/%%32%65', '/a?b=%', '/a?b=%zz', '/a?100%25%'],
  'what does not decode to UTF-8': [
    '/%ff',
    '/%c0%ae%c0%ae/x',
    '/%e0%80%ae',
    '/%C3/%A9',
    '/%ed%a0%80',
    '/%f4%90%80%80',
    '/a?b=%ff',
    '/a?b=%c0%af',
    '/a?b=%C3&c=%A9',
  ],
  'dot segments, however written': [
    '/.',
    '/..',
    '/./',
    '/a/./b',
    '/a/../b',
    '/a/..',
    '/user/%2e%2e/admin',
    '/user/.%2E',
    '/%2e',
    '/user%2f..%2fadmin',
    '/user%2F%2e%2e%2Fadmin',
    '/a%2f..',
    '/a%2f.',
    '/..%2fa',
  ],
  'dot segments with matrix parameters': [
    '/..;/a',
    '/..;a=b/c',
    '/.;a',
    '/a;..',
    '/a;../b',
    '/..%3B/a',
    '/a%2f..;x%2fb',
  ],
  'dot segments once trimmed': ['/..%20/a', '/%20../a', '/..%0d/a', '/..%09', '/..%C2%85/a', '/..%C2%A0;a'],
  'empty segments': ['//', '//a', '/a//b', '/a//', '/a%2F', '/%2Fa', '/a%2F%2Fb', '/%2F', '/a%2f/b', '/a/%2fb'],
  NUL: ['/a%00', '/a%00.json', '/a?b=%00'],
  backslashes: ['/a\\b', '/a%5Cb', '/a%5c', '/..\\..\\x'],
  'double encoding': ['/%252e%252e/a', '/a%252fb', '/a%2541', '/a%25%32e', '/a%2525', '/a%25%36%31'],
  'an encoded question mark': ['/a%3Fb', '/a%3f'],
}

for (const [what, targets] of Object.entries(refused)) {
  test(`refused: ${what}`, () => {
    for (const raw of targets) assert.equal(accepted(raw), undefined, raw)
  })
}

const details: readonly [raw: string, detail: RegExp][] = [
  ['a', /begin with a slash/],
  ['/a#b', /fragment/],
  ['/a?b#c', /fragment/],
  ['/a%5cb', /backslash/],
  ['/a b', /path .* must be percent-encoded/],
  ['/a?b c', /query .* must be percent-encoded/],
  ['/a%zz', /hexadecimal/],
  ['/a?%zz', /hexadecimal/],
  ['/%ff', /UTF-8/],
  ['/a/../secret', /dot segments/],
  ['/a//secret', /empty segments/],
  ['/a%00', /NUL/],
  ['/%252e', /twice/],
  ['/a%3f', /question mark/],
]

test('the refusal tells the caller what is wrong, without repeating what was sent', () => {
  for (const [raw, detail] of details) {
    assert.throws(
      () => readTarget(raw),
      (error: unknown) => {
        assert.ok(error instanceof Problem && error.status === 400)
        assert.match(error.shown.detail ?? '', detail, raw)
        return !error.reason.includes('secret')
      },
    )
  }
})

/** Targets thick with what matters: separators, dots, percent signs, encoded forms of all of them. */
const hostileTarget = fc
  .array(
    fc.oneof(
      fc.constantFrom('/', '/', '.', '..', ';', '%2e', '%2E', '%2f', '%2F', '%25', '%', '25', '2e', '2f', '%32', '%65'),
      fc.constantFrom('%3b', '%20', '%0d', '%5c', '\\', '%00', '%c0', '%ae', '%C3%A9', '%EF%BC%8E', '?', '#', 'a', 'b'),
      fc.string({ unit: 'binary-ascii', maxLength: 2 }),
    ),
    { maxLength: 12 },
  )
  .map(parts => `/${parts.join('')}`)

test('reading what was read gives the same path, segments and query', () => {
  fc.assert(
    fc.property(hostileTarget, raw => {
      const first = accepted(raw)
      if (first === undefined) return
      const query = first.query === undefined ? '' : `?${first.query}`
      assert.deepEqual(readTarget(first.path + query), first)
    }),
    { numRuns: 1000 },
  )
})

test('no accepted path has a dot segment or an inner empty segment after any number of decodings', () => {
  fc.assert(
    fc.property(hostileTarget, raw => {
      let seen = pieces(accepted(raw)?.segments ?? [])
      for (let decodings = 1; decodings <= 3; decodings++) {
        assert.ok(!seen.some(isDot), `${raw} holds a dot segment`)
        assert.ok(!seen.slice(0, -1).includes(''), `${raw} holds an empty segment`)
        seen = pieces(seen.map(decodeLeniently))
      }
    }),
    { numRuns: 1000 },
  )
})

test('path and segments say the same: each segment is its part of the path, decoded', () => {
  fc.assert(
    fc.property(hostileTarget, raw => {
      const target = accepted(raw)
      if (target === undefined) return
      assert.deepEqual(target.path.slice(1).split('/').map(decodeURIComponent), target.segments)
      assert.equal(target.matrix, target.path.includes(';'))
    }),
  )
})

const corpus = (folder: string, file: string): Record<string, string>[] =>
  readFileSync(join(folder, 'path-normalisation', file), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

test('every outside traversal payload and path insert is refused or read as a path without dot segments', t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const payloads = corpus(corpora, 'traversal-payloads.jsonl').map(({ payload = '' }) => payload)
  const inserts = corpus(corpora, 'path-inserts.jsonl').map(({ insert = '' }) => insert)
  const targets = [
    ...payloads.map(payload => `/public/${payload}`),
    ...inserts.flatMap(insert => [
      `/a/${insert}/admin`,
      `/${insert}/admin`,
      `/a${insert}admin`,
      `/${insert}admin`,
      `/admin${insert}`,
    ]),
  ]
  assert.ok(targets.length > 2000)
  for (const raw of targets) {
    const segments = pieces(accepted(Buffer.from(raw).toString('latin1'))?.segments ?? [])
    for (const segment of segments) {
      assert.ok(!isDot(segment.split(';')[0]?.trim() ?? ''), raw)
      assert.doesNotMatch(segment, /[\\\0]|%[\da-f]{2}/i, raw)
    }
    assert.ok(!segments.slice(0, -1).includes(''), raw)
  }
})

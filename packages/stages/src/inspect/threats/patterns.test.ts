import assert from 'node:assert/strict'
import { test } from 'node:test'
import { families } from './families/index.ts'
import { followingIn } from './following.ts'
import { matcherOf } from './matcher.ts'
import { scanner } from './scan.ts'

const rules = families.flatMap(({ name, rules }) => rules.map(rule => ({ ...rule, name: `${name}: ${rule.name}` })))
const withoutClasses = (pattern: string) => pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')

test('no pattern can reach further than a bounded number of characters', () => {
  for (const { name, pattern = '' } of rules) {
    const plain = withoutClasses(pattern)
    assert.doesNotMatch(plain, /[*+]|\{\d+,\}/, name)
    for (const [, most] of plain.matchAll(/\{(?:\d+,)?(\d+)\}/g)) assert.ok(Number(most) <= 400, `${name}: ${most}`)
  }
})

test('names of rules are told apart within a family', () => {
  for (const { name, rules: own } of families) {
    const names = own.map(rule => rule.name)
    assert.deepEqual(names, [...new Set(names)], name)
  }
})

test('what may follow is never said too little', () => {
  const after = (pattern: string, begin: string) =>
    [...followingIn(pattern)(begin).entries()]
      .flatMap(([code, may]) => (may === 1 && code < 128 ? String.fromCharCode(code) : []))
      .join('')
  assert.equal(after("'(?: ?x|[ab]{1,3}c|(?=y)z)", "'"), ' abxz')
  assert.equal(after("'[ )]{0,3}or", "' "), ' )o')
  assert.equal(after('ab(?:c|)', 'ab').length, 128)
  assert.equal(after('a{2}b', 'aa'), 'b')
})

const seeds = [
  ...["'", '"', '`', '<', '(', '$', '{', ';', '|', '&', '/', '.', '-', '#', '%', '\\', '@', '*', '!', '[', ':', '='],
  ...[
    "'o",
    "' ",
    '<a ',
    '((a',
    '%25',
    '%2541',
    '%41x',
    '&#x41',
    '\\u0041',
    '$a',
    '../a',
    'union ',
    'or 1',
    'select a ',
  ],
  ...['--a\n', '//a\n', '/*a*/', '/*', "a'b'c\n", 'é ', '\n', 'a b ', '<![CDATA[', '${', '{{', 'x2e', '@@a'],
]
const grown = (seed: string, length: number) => seed.repeat(Math.ceil(length / seed.length))

test('twice the text is at most twice the work, whatever it holds', () => {
  const matches = matcherOf(families, 4)
  const work = (text: string) => {
    const effort = { left: 1e9 }
    matches(text, 'text', effort)
    return 1e9 - effort.left
  }
  for (const seed of seeds) {
    const [once, twice] = [work(grown(seed, 20_000)), work(grown(seed, 40_000))]
    assert.ok(twice <= 2.1 * once + 1000, `${seed}: ${once}, ${twice}`)
  }
})

test('a text that holds more beginnings than can be tried counts as an attack', () => {
  const text = grown("'o", 2_000_000)
  assert.equal(scanner(2)(text)?.rule, 'more beginnings than can be tried')
})

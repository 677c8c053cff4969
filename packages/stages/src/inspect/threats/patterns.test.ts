import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode } from './decode.ts'
import { families } from './families/index.ts'
import { followingIn } from './following.ts'
import { matcherOf } from './matcher.ts'
import { normal } from './normal.ts'
import { scanner } from './scan.ts'
import { uncomment } from './uncomment.ts'
import { unquote } from './unquote.ts'

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
  // Found by search: texts that patterns nearly match, each as far as it can.
  'intersectunion+++ (++((distinctrow(++(( +  ( +selec ',
  '\'f4bzy7a/*l>h.[)o15n8"&;uu\\!`2=9  5{_k)f<mh$cc1ssjzv#z4(y$czv4?ay]yyi++y;7;y+:*p{)o {4uu"q+`|2"',
  "\"+q\\koo-_=cg_8]7h gg9=_^$n,,'#]]yu3]um;qq'l&-5zzz@n}]}y&xddw1@<(b(?adp[9@@ \u0001",
  'bo:+4497912:"phl1oe\\it":2886\u00e9',
  '&#x3c ',
  '<% syst\u00e9',
  "' =--\u00e9",
  "' ) )]]%]]+%+and @+!@!@@@+ ",
  'databaseschema/**/\u00e9',
  '|| (-not 402002346951 %066809240088 * 2\u00e9',
  'select((( (!~distinct ejkxi4abhd2v8y2rkc.i98o6y1ayj.b$dnq2o),v_ ,i.$4\'rlbl ,n1""_n$*$c@)u9loyl("jghyng$w","mrsasch\u0001',
  '`"l^#;j.\u00e9',
  '  )xor+~!~(~+(@+~-fals\u00e9',
  'exechandler x31a.pklsmd6isue.78hzug447_d.vm4ulkxfon1f re"',
  '< //llhieykxnp:animatemoti ',
  '--@niath))  )))  ',
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

/** Processor time in microseconds, the least of three. */
function used(work: () => void): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return user + system
  })
  return Math.min(...times)
}

test('a text four times as long is read in ten times the time at most', () => {
  for (const read of [decode, normal, uncomment, unquote])
    for (const seed of seeds) {
      const [once, four] = [grown(seed, 50_000), grown(seed, 200_000)].map(text => used(() => read(text)))
      assert.ok((four ?? 0) <= 10 * (once ?? 0) + 20_000, `${read.name} ${seed}: ${once}, ${four}`)
    }
})

test('harmless texts of 200 kB are read to their end', () => {
  const line = (i: number) => `${i},"Ann O'Neil",ann${i}@example.com,12 Main St.,2026-01-02,${(i * 1.37).toFixed(2)}`
  const texts = {
    csv: Array.from({ length: 3_500 }, (_, i) => line(i)).join('\n'),
    prose: grown(
      "L'été, c'est aussi le moment d'oser : 30 % de remise jusqu'au 15/08. (And so on; and so on.)\n",
      200_000,
    ),
    json: JSON.stringify(grown('{"id":1,"name":"Ann","tags":["a","b"]},', 150_000)),
    base64: Buffer.alloc(150_000, 'some bytes \x00 of a picture').toString('base64'),
  }
  for (const [what, text] of Object.entries(texts)) {
    assert.ok(text.length >= 190_000, what)
    assert.equal(scanner(2)(text), undefined, what)
  }
})

test('a text that holds more beginnings than can be tried counts as an attack', () => {
  const text = grown("'o", 2_000_000)
  assert.equal(scanner(2)(text)?.rule, 'more beginnings than can be tried')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linesOf, treeOf } from '../testing/tree-of.ts'
import { readDocument } from './document.ts'
import { plainValue } from './plain.ts'
import { nodeAt, placeOf } from './tree.ts'

const at = (line: number, column: number) => ({ file: 'sallyport.yaml', line, column })

function mistakesIn(text: string): string {
  const read = readDocument(text, 'a.yaml')
  return 'mistakes' in read ? linesOf(read.mistakes) : ''
}

test('every part has the place where it was written', () => {
  const tree = treeOf('# first\napis:\n  warehouse:\n    path: /w\n    hosts: [a, "b"]\n')
  assert.deepEqual(placeOf(tree, ['apis', 'warehouse', 'path']), at(4, 11))
  assert.deepEqual(placeOf(tree, ['apis', 'warehouse', 'hosts', 1]), at(5, 16))
  assert.deepEqual(placeOf(tree, ['apis', 'warehouse']), at(3, 3), 'a map is pointed at by its key')
  assert.deepEqual(placeOf(tree, ['apis', 'warehouse', 'limit', 'x']), at(3, 3), 'what is missing, by what is above it')
})

test('the words of YAML 1.1 stay text, as YAML 1.2 has it', () => {
  const tree = treeOf('[no, on, y, 012, 0o14, 1_000, 2026-01-31, 1:30, true, null, ~, 1e3]')
  const values = ['no', 'on', 'y', 12, 12, '1_000', '2026-01-31', '1:30', true, null, null, 1000]
  assert.deepEqual(plainValue(tree), values)
})

test('JSON is read as YAML, tabs, escapes and surrogate pairs included', () => {
  const text = '{\n\t"a": ["\\ud83d\\ude00", "\\/", -1.5e3, null],\n\t"200": {}\n}'
  assert.deepEqual(plainValue(treeOf(text)), JSON.parse(text))
})

test('a key is the text that was written, whatever YAML takes it for', () => {
  assert.deepEqual(plainValue(treeOf('200: a\ntrue: b\n1.0: c\n')), { 200: 'a', true: 'b', '1.0': 'c' })
})

test('an empty file is an empty map', () => {
  for (const text of ['', '\n', '# nothing\n', '---\n', '\ufeff']) assert.deepEqual(plainValue(treeOf(text)), {})
})

test('aliases give what their anchor stands for, by its last meaning', () => {
  const tree = treeOf('a: &x { k: 1 }\nb: *x\nc: &x [2]\nd: *x\n')
  assert.deepEqual(plainValue(tree), { a: { k: 1 }, b: { k: 1 }, c: [2], d: [2] })
  assert.equal(nodeAt(tree, ['a']), nodeAt(tree, ['b']))
})

test('all mistakes of a text are told at once, each with its place', () => {
  assert.equal(
    mistakesIn('a: 1\nb: *none\na: 2\n? [x]\n: 1\n<<: {}\n__proto__: 3\n'),
    [
      'a.yaml:2:4  b: no anchor "none" stands before this alias',
      'a.yaml:3:1  a: the key "a" stands twice, first on line 1',
      'a.yaml:4:3  a key must be a single text',
      'a.yaml:6:1  ["<<"]: merge keys are not part of YAML 1.2; write the keys out',
      'a.yaml:7:1  __proto__: this key is not accepted',
    ].join('\n'),
  )
})

test('what is not well-formed is told with its place, not read as something else', () => {
  assert.match(mistakesIn('a: "x\nb: 1\n'), /^a\.yaml:\d:\d {2}not well-formed YAML: Missing closing "quote/)
  assert.match(mistakesIn('a: [1\nb: }\n'), /^a\.yaml:/)
  assert.match(
    mistakesIn('a: 1\n  b: 2\n'),
    /^a\.yaml:1:4 {2}a second key stands where a value belongs; check the indentation/,
  )
  assert.match(mistakesIn('a: !secret x\n'), /^a\.yaml:1:4 {2}tags of this kind are not read/)
  assert.match(mistakesIn('a: !!binary aGk=\n'), /tags of this kind/)
  assert.match(mistakesIn('%YAML 1.1\n---\na: no\n'), /^a\.yaml:1:1 {2}YAML 1\.1 is not read/)
  assert.match(mistakesIn('a: 1\n---\nb: 2\n'), /a second document begins here/)
})

test('an anchor that holds itself is refused', () => {
  assert.match(mistakesIn('a: &x [1, *x]\n'), /a\[1\]: the anchor "x" would hold itself/)
})

test('aliases cannot make a small file stand for a huge one', () => {
  const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`)
  const mistakes = mistakesIn(['l0: &l0 [lol]', ...levels].join('\n'))
  assert.match(mistakes, /^a\.yaml:\d+:\d+ {2}l\d+\[\d+\]: aliases repeat more than 100000 parts$/)
})

test('a text that is too large, too deep or nothing but errors is refused before it costs much', () => {
  assert.match(mistakesIn(`a: ${'x'.repeat(10 * 2 ** 20)}`), /^a\.yaml:1:1 {2}the file is larger than 10 MiB$/)
  assert.match(mistakesIn(`a: ${'x'.repeat(2 ** 20 + 1)}`), /one value is larger than 1 MiB$/)
  assert.match(mistakesIn('['.repeat(100_000)), /nested deeper than 200 levels$/)
  assert.match(mistakesIn('{a: '.repeat(100_000)), /nested deeper than 200 levels$/)
  assert.match(mistakesIn('- '.repeat(100_000)), /nested deeper than 200 levels$/)
  assert.match(mistakesIn(']'.repeat(100_000)), /from here on this is not YAML$/)
  assert.match(mistakesIn('%\n'.repeat(100_000)), /from here on this is not YAML$/)
  assert.match(mistakesIn('a,'.repeat(10).padEnd(4_200_000, '[],')), /nested|too many parts|not YAML|larger/)
})

test('every text is either a tree or mistakes with places in it', () => {
  const yamlish = fc.string({
    unit: fc.constantFrom(
      ...'ab1:-[]{},"\'#&*!|>%@?~\\ \n\t',
      '\r\n',
      ': ',
      '- ',
      '\u0000',
      '\ud800',
      '<<',
      '&a',
      '*a',
    ),
    maxLength: 60,
  })
  fc.assert(
    fc.property(fc.oneof(yamlish, fc.string({ unit: 'binary' })), text => {
      const read = readDocument(text, 'x')
      if ('tree' in read) return plainValue(read.tree) !== undefined
      return read.mistakes.length > 0 && read.mistakes.every(({ line, column }) => line >= 1 && column >= 1)
    }),
    { numRuns: 500 },
  )
})

test('JSON gives the same tree with the same places, whether read as JSON or as YAML', () => {
  const bracketed = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
  fc.assert(
    fc.property(bracketed, fc.constantFrom('', ' ', '\t', '\r\n'), (value, space) => {
      const text = `${space}{"a":${space}${JSON.stringify(value, null, space === ' ' ? 2 : 0)},\n"b"${space}:1}${space}`
      const asYaml = readDocument(`${text} # so that it is no JSON`, 'x')
      assert.deepEqual(readDocument(text, 'x'), asYaml)
    }),
    { numRuns: 500 },
  )
})

test('what is nearly JSON is judged as YAML', () => {
  assert.deepEqual(plainValue(treeOf('{a: 1, "b": 0x10, "c": [1,], }')), { a: 1, b: 16, c: [1] })
  assert.match(mistakesIn('{"a": 1, "a": 2}'), /the key "a" stands twice/)
  assert.match(mistakesIn('{"__proto__": 1}'), /this key is not accepted/)
  for (const text of ['{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1}}', '{"a" 1}', '{"a":[}', '{"a":"\\x"}']) {
    assert.notEqual(mistakesIn(text), '', text)
  }
})

test('every JSON value is read as JSON reads it', () => {
  const json = fc
    .jsonValue({ noUnicodeString: false })
    .filter(value => !/"(?:__proto__|<<)":/.test(JSON.stringify(value)))
  const isMapOrList = (value: unknown) => typeof value === 'object' && value !== null
  fc.assert(
    fc.property(json.filter(isMapOrList), fc.constantFrom(0, 1, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      assert.deepEqual(plainValue(treeOf(text)), JSON.parse(text))
    }),
    { numRuns: 100 },
  )
})

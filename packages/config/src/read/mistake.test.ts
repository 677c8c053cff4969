import assert from 'node:assert/strict'
import { test } from 'node:test'
import { treeOf } from '../testing/tree-of.ts'
import { formatMistake, inOrder, mistakeAt, mistakeAtKey } from './mistake.ts'
import { pathText } from './tree.ts'

const place = { file: 'sallyport.yaml', line: 12, column: 7 }

test('a mistake is one line with place, path, what is wrong, what was meant and what is allowed', () => {
  const mistake = { ...place, path: 'apis.w.limt', message: 'unknown key "limt"', allowed: ['admit', 'limit'] }
  assert.equal(
    formatMistake({ ...mistake, nearest: 'limit' }),
    'sallyport.yaml:12:7  apis.w.limt: unknown key "limt"; did you mean "limit"? Allowed: admit, limit',
  )
  assert.equal(formatMistake(mistake), 'sallyport.yaml:12:7  apis.w.limt: unknown key "limt". Allowed: admit, limit')
})

test('a long list of what is allowed stands on a line of its own, a very long one is cut', () => {
  const allowed = Array.from({ length: 40 }, (_, i) => `option-number-${i}`)
  const [first, second, ...more] = formatMistake({ ...place, path: '', message: 'unknown', allowed }).split('\n')
  assert.equal(first, 'sallyport.yaml:12:7  unknown')
  assert.match(second ?? '', /^ {4}Allowed: option-number-0, .*option-number-15, and 24 more$/)
  assert.deepEqual(more, [])
})

test('nothing in a mistake can forge a line or steer a terminal', () => {
  const key = 'a\nb\u001b[2J\u202e'
  const tree = treeOf(JSON.stringify({ [key]: 1 }), 'x\n\u001b.yaml')
  const mistake = mistakeAtKey(tree, [key], 'unknown key', { nearest: key, allowed: [key] })
  assert.match(formatMistake(mistake), /^[ -~]*(?:\n {4}[ -~]*)?$/)
})

test('a path is written as it would be in a program', () => {
  assert.equal(
    pathText(['apis', 'a-b', 'operations', 'GET /items', 'limit', 0]),
    'apis.a-b.operations["GET /items"].limit[0]',
  )
  assert.equal(pathText([0, 'a']), '[0].a')
  assert.equal(pathText([]), '')
})

test('mistakes of several files stand together by file, then by place', () => {
  const at = (file: string, line: number, column: number) => ({ file, line, column, path: '', message: '' })
  const mistakes = [at('b', 2, 1), at('a', 1, 1), at('b', 1, 9), at('b', 1, 3)]
  assert.deepEqual(
    inOrder(mistakes).map(({ file, line, column }) => `${file}${line}${column}`),
    ['b13', 'b19', 'b21', 'a11'],
  )
})

test('a mistake about a value points at the value, one about a key at the key', () => {
  const tree = treeOf('a: 1\n')
  assert.equal(mistakeAt(tree, ['a'], 'm').column, 4)
  assert.equal(mistakeAtKey(tree, ['a'], 'm').column, 1)
  assert.equal(mistakeAt(tree, ['b', 'c'], 'm').column, 1)
})

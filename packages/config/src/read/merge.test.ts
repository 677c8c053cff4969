import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { treeOf } from '../testing/tree-of.ts'
import { mergeTrees } from './merge.ts'
import { plainValue } from './plain.ts'
import { placeOf, scalarNode, type Tree } from './tree.ts'

test('maps merge, later scalars and lists win, and every value keeps its own place', () => {
  const base = treeOf('a: 1\nb: { x: 1, y: 2 }\nc: [1, 2]\nd: { e: 1 }\n', 'base.yaml')
  const prod = treeOf('b: { y: 3 }\nc: [3]\nd: off\nf: 1\n', 'prod.yaml')
  const merged = mergeTrees(base, prod)
  assert.deepEqual(plainValue(merged), { a: 1, b: { x: 1, y: 3 }, c: [3], d: 'off', f: 1 })
  const files = [['a'], ['b'], ['b', 'x'], ['b', 'y'], ['c'], ['c', 0], ['d'], ['f']].map(
    path => placeOf(merged, path).file.split('.')[0],
  )
  assert.deepEqual(files, ['base', 'base', 'base', 'prod', 'prod', 'prod', 'prod', 'prod'])
})

test('an empty file changes nothing', () => {
  const base = treeOf('a: 1\n')
  assert.deepEqual(plainValue(mergeTrees(base, treeOf(''))), { a: 1 })
})

test('a map that replaced a scalar brings nothing back that the scalar had replaced', () => {
  const merged = mergeTrees(treeOf('m: { a: 1 }'), treeOf('m: off'), treeOf('m: { b: 2 }'))
  assert.deepEqual(plainValue(merged), { m: { b: 2 } })
})

let line = 0
const place = () => ({ file: 'x', line: ++line, column: 1 })
const key = fc.constantFrom('a', 'b', 'c')
const { tree: anyTree } = fc.letrec<{ tree: Tree; map: Tree }>(tie => ({
  map: fc.dictionary(key, tie('tree'), { maxKeys: 3 }).map(
    (entries): Tree => ({
      kind: 'map',
      place: place(),
      replaces: false,
      entries: new Map(Object.entries(entries).map(([name, value]) => [name, { key: place(), value }])),
    }),
  ),
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.nat(9).map((value): Tree => scalarNode(value, place())),
    fc.nat(9).map((value): Tree => ({ kind: 'list', place: place(), items: [scalarNode(value, place())] })),
    { arbitrary: tie('map'), weight: 4 },
  ),
}))

test('it makes no difference which neighbours are merged first', () => {
  fc.assert(
    fc.property(anyTree, anyTree, anyTree, (a, b, c) => {
      assert.deepEqual(mergeTrees(mergeTrees(a, b), c), mergeTrees(a, mergeTrees(b, c)))
      assert.deepEqual(mergeTrees(a, b, c), mergeTrees(mergeTrees(a, b), c))
    }),
    { numRuns: 500 },
  )
})

test('merging a tree with itself changes no value', () => {
  fc.assert(
    fc.property(anyTree, tree => {
      assert.deepEqual(plainValue(mergeTrees(tree, tree)), plainValue(tree))
    }),
  )
})

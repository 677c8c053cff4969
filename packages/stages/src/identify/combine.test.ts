import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IdentifyTree, leavesOf, type Method, type Principal } from '@sallyport/core'
import fc from 'fast-check'
import { anonymousPrincipal } from './anonymous.ts'
import { combine } from './combine.ts'

const method = (kind: string): Method => ({
  kind,
  places: [],
  mark: undefined,
  owns: () => true,
  verify: () => anonymousPrincipal,
  challenge: undefined,
})

/** A tree whose leaves are all different, as methods of a route are. */
const trees: fc.Arbitrary<IdentifyTree<Method>> = fc.letrec<{ tree: IdentifyTree<Method> }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.nat(9999).map(number => method(`m${number}`)),
    fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ all: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }) }),
  ),
})).tree

/** Whether those who came are enough: the tree as a formula. */
function holds(tree: IdentifyTree<Method>, came: ReadonlyMap<Method, Principal>): boolean {
  if ('any' in tree) return tree.any.some(child => holds(child, came))
  if ('all' in tree) return tree.all.every(child => holds(child, came))
  return came.has(tree)
}

const scopes = fc.subarray(['a', 'b', 'c'])

test('there is a caller exactly where the tree holds, one of those who came, with rights of their own at the most', () => {
  fc.assert(
    fc.property(trees, fc.infiniteStream(fc.option(scopes)), (tree, presence) => {
      const came = new Map<Method, Principal>()
      for (const leaf of leavesOf(tree)) {
        const own = presence.next().value
        if (!own) continue
        came.set(leaf, { ...anonymousPrincipal, credential: { kind: leaf.kind, id: leaf.kind }, scopes: new Set(own) })
      }
      const caller = combine(tree, came)
      assert.equal(caller !== undefined, holds(tree, came))
      if (caller === undefined) return
      const source = [...came.values()].find(({ credential }) => credential === caller.credential)
      assert.ok(source !== undefined && [...caller.scopes].every(scope => source.scopes.has(scope)))
    }),
    { numRuns: 500 },
  )
})

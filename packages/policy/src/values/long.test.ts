import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EvaluationError } from '../evaluation-error.ts'
import { type Long, long, longOf } from './long.ts'

const edges = [
  0n,
  1n,
  -1n,
  2n ** 53n,
  2n ** 53n - 1n,
  -(2n ** 53n),
  2n ** 31n,
  2n ** 32n + 1n,
  2n ** 62n,
  2n ** 63n - 1n,
  -(2n ** 63n),
]
const anyLong = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(...edges),
  fc.bigInt({ min: -9n, max: 9n }),
)

const operations = [
  ['+', long.add, (a: bigint, b: bigint) => a + b],
  ['-', long.subtract, (a: bigint, b: bigint) => a - b],
  ['*', long.multiply, (a: bigint, b: bigint) => a * b],
] as const

/** What 64 bits hold; undefined where they don't. */
const within = (exact: bigint) => (BigInt.asIntN(64, exact) === exact ? exact : undefined)

function settled(apply: () => Long): Long | undefined {
  try {
    return apply()
  } catch (error) {
    assert.ok(error instanceof EvaluationError)
    return undefined
  }
}

for (const [sign, ours, exact] of operations)
  test(`a ${sign} b is exact in 64 bits, or an overflow, and has one form`, () => {
    fc.assert(
      fc.property(anyLong, anyLong, (a, b) => {
        const expected = within(exact(a, b))
        const got = settled(() => ours(longOf(a, 'a'), longOf(b, 'b')))
        assert.equal(got === undefined ? undefined : BigInt(got), expected)
        if (got !== undefined) assert.equal(typeof got, Number.isSafeInteger(Number(got)) ? 'number' : 'bigint')
      }),
      { numRuns: 2000 },
    )
  })

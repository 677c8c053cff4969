import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadPattern } from '@sallyport/core'
import { lazyPattern, readPattern } from './pattern.ts'
import { Unjudgeable, Work } from './work.ts'

const usual: readonly (readonly [pattern: string, text: string])[] = [
  ['[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', '0d6803ac-6e51-f9d4-3721-921a56036dad'],
  ['(?:\\d{1,3}\\.){3}\\d{1,3}', '192.0.2.7'],
  ['[(]{3}[)\\]]{2}', '(((])'],
  ['[0-9a-f]{40}', '0'.repeat(40)],
]

for (const [pattern, text] of usual) {
  test(`a pattern such as ${pattern} is taken`, () => {
    for (const make of [readPattern, lazyPattern]) assert.ok(make(pattern).fits(text, new Work()))
  })
}

const large = [
  '.{501}',
  '(a{30}){30}',
  '(a{100}[(]){10}',
  '(a{100}[)]){10}',
  '(a{100}\\(){10}',
  '(a{100}\\)){10}',
  '(a{100}[[:alpha:](]){10}',
  '(a{100}[^]()]){10}',
  '((a{10}){10}){10}',
  '(?:a{20}|b{20}){20,}',
  '\\Q(\\Ea{100}',
]

for (const pattern of large) {
  test(`a pattern that becomes large when written out is never compiled: ${pattern}`, () => {
    for (const make of [readPattern, lazyPattern]) assert.throws(() => make(pattern), BadPattern)
  })
}

test('a pattern that is compiled when it is first needed refuses then what it cannot be', () => {
  const pattern = lazyPattern('(?=a)')
  assert.throws(() => pattern.fits('a', new Work()), { name: 'Unjudgeable' })
  assert.throws(() => readPattern('(?=a)'), BadPattern)
})

/** How many of these one call may have compiled and run on a short text. */
function compiledByOneCall(text: string): number {
  const work = new Work()
  const run = (count: number): number => {
    try {
      lazyPattern(text).fits('/', work)
    } catch (error) {
      assert.ok(error instanceof Unjudgeable)
      return count
    }
    return count === 1000 ? count : run(count + 1)
  }
  return run(0)
}

test('what one call has compiled is bounded by how long compiling takes', () => {
  // 3.7 ms each.
  assert.ok(compiledByOneCall('/.{0,480}!') <= 6)
  // 0.24 ms for each property.
  assert.ok(compiledByOneCall('/(?i)\\pL') <= 100)
})

test('a list full of usual patterns is judged by all of them in its first call', () => {
  assert.ok(compiledByOneCall('/repos/someorg/.+?/issues') >= 100)
})

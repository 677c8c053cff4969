import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import { hashPassword } from './password.ts'
import { createPasswordChecker } from './password-checker.ts'
import { WorkQueueFull } from './work-queue.ts'

test('a right password is right; a wrong one and a name that nobody has are not', async () => {
  const checker = createPasswordChecker({ running: 1, waiting: 2 })
  const kept = await hashPassword(new Secret('right'), randomBytes)
  const answers = [
    checker.check(kept, new Secret('right')),
    checker.check(kept, new Secret('wrong')),
    checker.check(undefined, new Secret('')),
  ]
  assert.deepEqual(await Promise.all(answers), [true, false, false])
})

test('a name that nobody has takes a place in the queue as any other', async () => {
  const checker = createPasswordChecker({ running: 1, waiting: 0 })
  const first = checker.check(undefined, new Secret('a'))
  await assert.rejects(checker.check(undefined, new Secret('b')), WorkQueueFull)
  assert.equal(await first, false)
})

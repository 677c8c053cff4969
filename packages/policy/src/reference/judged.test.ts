import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deciding } from '../decide.ts'
import { PolicyFault } from '../fault.ts'
import { questionsOf } from '../testing/case.ts'
import { judged } from './judged.ts'
import { type ReadPolicy, readPolicies } from './read.ts'

const user = { type: 'User', id: 'ann' }
const action = { type: 'Action', id: 'get' }
const resource = { type: 'Route', id: 'items' }
const questions = (context: Readonly<Record<string, number>>) =>
  questionsOf([{ uid: user, attrs: {}, parents: [] }], [{ principal: user, action, resource, context }])

const one = '@id("one") permit (principal, action, resource) when { context.count == 1 };'
const two = '@id("two") permit (principal, action, resource) when { context.count == 2 };'

/** Its JSON compares in a way that there isn't, as a later Cedar may have. */
const later = (read: ReadPolicy): ReadPolicy => ({
  ...read,
  json: JSON.parse(JSON.stringify(read.json).replaceAll('"=="', '"later"')),
})
const unknown = (text: string) => readPolicies(text).map(later)

const ready = judged([...unknown(one), ...readPolicies(two)])

function said(context: Readonly<Record<string, number>>) {
  const [decision] = questions(context).map(deciding(ready.policies))
  return {
    allowed: decision?.allowed,
    reasons: decision?.reasons.map(({ id }) => id),
    errors: decision?.errors.map(({ policy }) => policy.id),
  }
}

test('by what the compiler does not know the reference engine judges, and is told to', () => {
  assert.deepEqual(
    ready.byReference.map(({ id }) => id),
    ['one'],
  )
  const told = [
    [{ count: 1 }, { allowed: true, reasons: ['one'], errors: [] }],
    [{ count: 2 }, { allowed: true, reasons: ['two'], errors: [] }],
    [{ count: 3 }, { allowed: false, reasons: [], errors: [] }],
    [{}, { allowed: false, reasons: [], errors: ['one', 'two'] }],
  ] as const
  for (const [context, expected] of told) assert.deepEqual(said(context), expected)
})

test('integers beyond 2^53 do not load, whoever would judge by them', () => {
  const beyond = one.replace('== 1', '== 9007199254740993')
  for (const policies of [readPolicies(beyond), unknown(beyond)]) assert.throws(() => judged(policies), PolicyFault)
})

test('what would exhaust the reference engine where it judges does not load', () => {
  const deep = one.replace('== 1', `${' + 1'.repeat(250)} == 1`)
  assert.throws(() => judged(unknown(deep)), /too deep/)
  assert.equal(judged(readPolicies(deep)).byReference.length, 0)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compilePolicy } from '../compile/policy.ts'
import { EvaluationError } from '../evaluation-error.ts'
import type { Question } from '../question.ts'
import { readPolicies } from '../reference/read.ts'
import { questionsOf } from '../testing/case.ts'
import { atomText, conditionText, situation } from '../testing/conditions.ts'
import { policyText, questionsOfOneCase } from '../testing/generated.ts'
import { questionAbout } from '../testing/situation.ts'
import { contradictionsIn } from './contradictions.ts'

const messages = (text: string) => contradictionsIn(readPolicies(text)).map(({ message }) => message)
const when = (condition: string) => `permit (principal, action, resource) when { ${condition} };`

const contradictions: readonly (readonly [condition: string, told: string])[] = [
  [
    'context.time.hour >= 18 && context.time.hour < 9',
    'context.time.hour >= 18 and context.time.hour < 9 contradict each other (over midnight it takes ||)',
  ],
  ['context.time.hour >= 24', 'context.time.hour >= 24 is never true'],
  ['context.time.weekday == 0', 'context.time.weekday == 0 is never true'],
  [
    'context.time.hour > 17 && context.time.ofDay < duration("17h30m")',
    'context.time.hour > 17 and context.time.ofDay < duration("17h30m") contradict each other (over midnight it takes ||)',
  ],
  [
    'principal.office == "a" && principal.office == "b"',
    'principal.office == "a" and principal.office == "b" contradict each other',
  ],
  [
    'principal has office && principal.office == "a" && context.time.hour > 3 && "b" == principal.office',
    'principal.office == "a" and "b" == principal.office contradict each other',
  ],
  ['principal.level > 5 && principal.level < 5', 'principal.level > 5 and principal.level < 5 contradict each other'],
  [
    'principal.level > 5 && principal.level < 7 && principal.level != 6',
    'principal.level > 5, principal.level < 7 and principal.level != 6 contradict each other',
  ],
  [
    'principal.level == 3 && 4 <= principal.level',
    'principal.level == 3 and 4 <= principal.level contradict each other',
  ],
  [
    '[1, 2].contains(principal.level) && principal.level > 2',
    '[1, 2].contains(principal.level) and principal.level > 2 contradict each other',
  ],
  [
    'principal.office == "north" && principal.office like "s*"',
    'principal.office == "north" and principal.office like "s*" contradict each other',
  ],
  [
    'principal.level == 3 && principal.level * 2 == 7',
    'principal.level == 3 and (principal.level * 2) == 7 contradict each other',
  ],
  [
    'context.scopes.contains("a") && !context.scopes.contains("a")',
    'context.scopes.contains("a") and !context.scopes.contains("a") contradict each other',
  ],
  [
    'context.scopes.containsAll(["a", "b"]) && !context.scopes.contains("b")',
    'context.scopes.containsAll(["a", "b"]) and !context.scopes.contains("b") contradict each other',
  ],
  [
    'context.scopes.containsAny(["a", "b"]) && !(context.scopes.contains("a") || context.scopes.contains("b"))',
    'context.scopes.containsAny(["a", "b"]), !context.scopes.contains("a") and !context.scopes.contains("b") contradict each other',
  ],
  [
    'context.scopes.isEmpty() && context.scopes.contains("a")',
    'context.scopes.isEmpty() and context.scopes.contains("a") contradict each other',
  ],
  [
    'context.scopes == ["a"] && context.scopes.contains("b")',
    'context.scopes == ["a"] and context.scopes.contains("b") contradict each other',
  ],
  [
    'context.time.at < datetime("2026-01-01") && context.time.at > datetime("2026-06-01T00:00:00Z")',
    'context.time.at < datetime("2026-01-01") and context.time.at > datetime("2026-06-01T00:00:00Z") contradict each other',
  ],
  [
    'decimal(principal.office).lessThan(decimal("1.5")) && decimal(principal.office).greaterThan(decimal("1.5"))',
    'decimal(principal.office).lessThan(decimal("1.5")) and decimal(principal.office).greaterThan(decimal("1.5")) contradict each other',
  ],
  [
    'context.ip.isInRange(ip("10.0.0.0/8")) && context.ip.isInRange(ip("192.168.0.0/16"))',
    'context.ip.isInRange(ip("10.0.0.0/8")) and context.ip.isInRange(ip("192.168.0.0/16")) contradict each other',
  ],
  [
    'context.ip.isInRange(ip("10.1.0.0/16")) && !context.ip.isInRange(ip("10.0.0.0/8"))',
    'context.ip.isInRange(ip("10.1.0.0/16")) and !context.ip.isInRange(ip("10.0.0.0/8")) contradict each other',
  ],
  [
    'context.ip.isIpv6() && context.ip.isInRange(ip("10.0.0.0/8"))',
    'context.ip.isIpv6() and context.ip.isInRange(ip("10.0.0.0/8")) contradict each other',
  ],
  [
    'context.ip.isLoopback() && context.ip.isMulticast()',
    'context.ip.isLoopback() and context.ip.isMulticast() contradict each other',
  ],
  [
    'principal is User && principal is Application',
    'principal is User and principal is Application contradict each other',
  ],
  [
    'principal == User::"a" && principal == User::"b"',
    'principal == User::"a" and principal == User::"b" contradict each other',
  ],
  [
    'principal.level < principal.limit && principal.limit <= principal.level',
    'principal.level < principal.limit and principal.limit <= principal.level contradict each other',
  ],
  [
    'principal.level < principal.limit && principal.level == principal.limit',
    'principal.level < principal.limit and principal.level == principal.limit contradict each other',
  ],
  [
    '(principal.office == "a" || principal.office == "b") && principal.office == "c"',
    'principal.office == "a" and principal.office == "c" contradict each other; and principal.office == "b" and principal.office == "c" contradict each other',
  ],
  [
    'if principal.office == "a" then principal.office == "b" else context.time.hour > 23',
    'principal.office == "a" and principal.office == "b" contradict each other; and context.time.hour > 23 is never true',
  ],
  ['1 > 2', '1 > 2 is never true'],
]

test('conditions that contradict each other are told, and none beside those', () => {
  const told = contradictions.map(([condition]) => [condition, ...messages(when(condition))])
  assert.deepEqual(
    told,
    contradictions.map(([condition, text]) => [condition, `this policy can never hold: ${text}`]),
  )
})

test('heads, several conditions and unless are one conjunction, in forbids too, each with its place', () => {
  const text = `permit (principal is User, action, resource);
  forbid (principal is User, action, resource)
    when { principal has office }
    when {
      context.time.hour  >=  18 }
    unless { context.time.hour > 8 };
  forbid (principal == User::"a", action == Action::"x", resource) unless { principal != User::"b" };
  permit (principal, action == Action::"x", resource) when { action == Action::"y" };`
  const found = contradictionsIn(readPolicies(text)).map(
    ({ message, place }) => `${place?.line}:${place?.column} ${message}`,
  )
  assert.deepEqual(found, [
    '5:7 this policy can never hold: context.time.hour >= 18 and !(context.time.hour > 8) contradict each other (over midnight it takes ||)',
    '7:11 this policy can never hold: principal == User::"a" and !(principal != User::"b") contradict each other',
    '8:22 this policy can never hold: action == Action::"x" and action == Action::"y" contradict each other',
  ])
})

const fine: readonly string[] = [
  'context.time.hour >= 18 || context.time.hour < 9',
  'context.time.hour >= 18 && context.time.ofDay < duration("18h30m")',
  'context.time.hour == 23 && context.time.minute == 59 && context.time.weekday == 7',
  'principal.level > 5 && principal.level < 7',
  '(principal.office == "a" || principal.office == "b") && principal.office == "b"',
  'context.scopes.contains("a") && !context.scopes.contains("b")',
  '!context.scopes.containsAll(["a", "b"]) && context.scopes.contains("a")',
  'context.ip.isInRange(ip("10.0.0.0/8")) && !context.ip.isInRange(ip("10.1.0.0/16"))',
  '!context.ip.isInRange(ip("10.0.0.0/8")) && !context.ip.isInRange(ip("192.168.0.0/16"))',
  'principal in Role::"a" && principal in Role::"b" && !(principal in Group::"a")',
  'principal is User && principal in Role::"a"',
  'principal.level != 1 && principal.level != 2',
  'principal.office == resource.id && resource.id == "a"',
  'User::"a" in Role::"b"',
  'User::"a".office == "b"',
]

test('what can be true is not told', () => {
  for (const condition of fine) assert.deepEqual(messages(when(condition)), [], condition)
})

test('a policy that is too long to be looked at is told nothing of, and those before it are', () => {
  const each = (count: number, of: (i: number) => string, by = ' && ') =>
    Array.from({ length: count }, (_, i) => of(i)).join(by)
  const several = each(6, i => `(context.credential == "a${i}" || context.credential == "b${i}")`)
  const patterns = each(50, i => `!(context.credential like "*a*b*${i}")`)
  const long = each(80, () => when(`${several} && ${patterns}`), '\n')
  const found = messages(`${when('context.time.hour >= 24')}${long}`)
  assert.deepEqual(found.slice(0, 1), ['this policy can never hold: context.time.hour >= 24 is never true'])
  assert.ok(found.length < 80)
})

test('conditions with long lists are told in short', () => {
  const listed = (prefix: string) =>
    `[${Array.from({ length: 500 }, (_, i) => `"${prefix}${i}"`)}].contains(principal.office)`
  const [message = '', more] = messages(when(`${listed('a')} && ${listed('b')}`))
  assert.match(message, /^this policy can never hold: \["a0", "a1", .*… and \["b0", .*… contradict each other$/)
  assert.ok(message.length < 700)
  assert.equal(more, undefined)
})

function holds(policy: ReturnType<typeof compilePolicy>, question: Question): boolean {
  try {
    return policy.holds(question)
  } catch (error) {
    if (error instanceof EvaluationError) return false
    throw error
  }
}

/** Whether a policy is said to contradict itself: then none of the questions may meet it. */
function requireNever(text: string, questions: readonly Question[]): boolean {
  const [read] = readPolicies(text)
  if (read === undefined || contradictionsIn([read]).length === 0) return false
  const policy = compilePolicy(read.id, read.json)
  for (const question of questions) assert.ok(!holds(policy, question), text)
  return true
}

test('no call meets a policy that is said to contradict itself', () => {
  const conjunction = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: atomText },
      { weight: 1, arbitrary: conditionText },
      { weight: 2, arbitrary: atomText.map(each => `!(${each})`) },
    ),
    { minLength: 2, maxLength: 5 },
  )
  const calls = fc.sample(situation, { numRuns: 400, seed: 1 }).map(questionAbout)
  let said = 0
  fc.assert(
    fc.property(conjunction, all => {
      said += Number(requireNever(when(all.join(' && ')), calls))
    }),
    { numRuns: 1000, seed: 3 },
  )
  assert.ok(said > 100, String(said))
})

test('nor does any question of the kind that engines are compared by', () => {
  const questions = fc
    .sample(questionsOfOneCase, { numRuns: 20, seed: 5 })
    .flatMap(({ entities, asked }) => questionsOf(entities, asked))
  const told = fc.sample(policyText, { numRuns: 500, seed: 7 }).filter(text => requireNever(text, questions))
  assert.ok(told.length > 5, String(told.length))
})

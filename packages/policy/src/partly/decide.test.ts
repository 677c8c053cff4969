import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compilePolicy } from '../compile/policy.ts'
import { deciding } from '../decide.ts'
import type { Question } from '../question.ts'
import { jsonOf } from '../reference/read.ts'
import { questionsOf } from '../testing/case.ts'
import { policyText, questionsOfOneCase } from '../testing/generated.ts'
import { questionAbout, type Situation } from '../testing/situation.ts'
import { isRecord, type Value, type ValueRecord } from '../values/value.ts'
import { partlyDeciding } from './decide.ts'
import { PartlyKnown, PartlyKnownSet } from './partly-known.ts'

/** Hides what a coin says, alike for one name at every place. */
type Hidden = (fact: string) => boolean

function hiddenRecord(record: ValueRecord, of: string, hidden: Hidden): ValueRecord {
  const known = [...record].flatMap(([name, value]): [string, Value][] =>
    hidden(`${of}.${name}`) ? [] : [[name, isRecord(value) ? hiddenRecord(value, `${of}.${name}`, hidden) : value]],
  )
  return new PartlyKnown<Value>(known, of, name => !hidden(`${of}.${name}`))
}

/** The question without what is hidden, which it says isn't known. */
const hiding = (question: Question, hidden: Hidden): Question => ({
  ...question,
  context: hiddenRecord(question.context, 'context', hidden),
  entities: {
    find(uid) {
      const found = question.entities.find(uid)
      return (
        found && {
          ...found,
          attributes: hiddenRecord(found.attributes, uid.key, hidden),
          tags: hiddenRecord(found.tags, `tags of ${uid.key}`, hidden),
          ancestors: new PartlyKnownSet(
            [...found.ancestors].filter(key => !hidden(`${uid.key} in ${key}`)),
            uid.key,
            key => !hidden(`${uid.key} in ${key}`),
          ),
        }
      )
    },
  },
})

const coin = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 100 })).map(([seed, percent]): Hidden => {
  const known = new Map<string, boolean>()
  return fact => {
    let sum = seed
    for (const char of fact) sum = (sum * 31 + char.charCodeAt(0)) % 1_000_003
    const hides = known.get(fact) ?? sum % 100 < percent
    known.set(fact, hides)
    return hides
  }
})

const refuses = (texts: readonly string[]) => {
  const policies = texts.map((text, i) => compilePolicy(`p${i}`, jsonOf(text)))
  const decide = deciding(policies)
  const partly = partlyDeciding(policies.map(policy => ({ policy, isOpaque: false })))
  const whole = (question: Question) => {
    const { allowed, errors } = decide(question)
    return allowed && errors.every(({ policy }) => policy.effect === 'permit')
  }
  return { partly, whole }
}

test('with some facts hidden the answer is unknown, or what it is with all of them', () => {
  let [known, unknown] = [0, 0]
  const sets = fc.sample(fc.array(policyText, { minLength: 1, maxLength: 4 }), { numRuns: 120, seed: 3 }).map(refuses)
  fc.assert(
    fc.property(questionsOfOneCase, coin, ({ entities, asked }, hidden) => {
      for (const question of questionsOf(entities, asked))
        for (const { partly, whole } of sets) {
          const said = partly(hiding(question, hidden))
          if (said.allowed === undefined) unknown++
          else {
            known++
            assert.equal(said.allowed, whole(question))
          }
        }
    }),
    { numRuns: 40, seed: 5 },
  )
  assert.ok(known > 1000 && unknown > 100, `${known} known, ${unknown} unknown`)
})

test('with nothing hidden nothing is unknown', () => {
  const sets = fc.sample(fc.array(policyText, { minLength: 1, maxLength: 4 }), { numRuns: 60, seed: 9 }).map(refuses)
  fc.assert(
    fc.property(questionsOfOneCase, ({ entities, asked }) => {
      for (const question of questionsOf(entities, asked))
        for (const { partly, whole } of sets) assert.equal(partly(question).allowed, whole(question))
    }),
    { numRuns: 20, seed: 5 },
  )
})

const call: Situation = {
  ...{ type: 'User', id: 'ann', roles: [], groups: [], scopes: [], claims: {}, headers: {}, query: {} },
  ...{ parameters: {}, ip: '10.0.0.1', country: undefined, at: 0, credential: 'jwt' },
}
const askedOf = (condition: string, facts: readonly string[]) => {
  const hidden: Hidden = fact => facts.some(each => fact.endsWith(each))
  return refuses([`permit (principal, action, resource) when { ${condition} };`]).partly(
    hiding(questionAbout(call), hidden),
  )
}

for (const [condition, facts, expected] of [
  ['false && context.credential == "jwt"', ['credential'], { allowed: false, by: [] }],
  ['context.credential == "jwt" && false', ['credential'], { allowed: undefined, unknown: ['context.credential'] }],
  ['true || context.credential == "jwt"', ['credential'], { allowed: true, by: ['p0'] }],
  ['principal in Role::"admin"', ['Role::"admin'], { allowed: undefined, unknown: ['User::"ann Role::"admin'] }],
  ['context.headers == {}', ['headers.x'], { allowed: undefined, unknown: ['all of context.headers'] }],
  ['context has ip && context.ip.isLoopback()', ['credential'], { allowed: false, by: [] }],
] as const)
  test(`${condition}, without ${facts}, is ${String(expected.allowed)}`, () => {
    assert.deepEqual(askedOf(condition, facts), expected)
  })

test('the head of a policy asks for roles too, and an opaque policy decides nothing', () => {
  const head = refuses(['permit (principal in Role::"admin", action, resource);'])
  const hidden: Hidden = fact => fact.endsWith('Role::"admin')
  assert.equal(head.partly(hiding(questionAbout(call), hidden)).allowed, undefined)
  assert.equal(head.partly(hiding(questionAbout({ ...call, roles: ['staff'] }), hidden)).allowed, undefined)
  assert.equal(head.partly(questionAbout(call)).allowed, false)
  const policy = compilePolicy('p', jsonOf('permit (principal, action, resource);'))
  const partly = partlyDeciding([{ policy, isOpaque: true }])
  assert.equal(partly(questionAbout(call)).allowed, undefined)
})

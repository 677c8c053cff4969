import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyChange } from '@sallyport/core'
import fc from 'fast-check'
import { deciding } from '../decide.ts'
import type { Question } from '../question.ts'
import { judged } from '../reference/judged.ts'
import { readPolicies } from '../reference/read.ts'
import { conditionText, situation } from '../testing/conditions.ts'
import { asTold, claimTypes, clock, questionAbout, type Situation } from '../testing/situation.ts'
import { explaining } from './explain.ts'

/** Noon of a Thursday. */
const ann: Situation = {
  ...{ type: 'User', id: 'ann', roles: ['staff'], groups: [], scopes: ['list_items'] },
  ...{ claims: { office: 'head' }, headers: {}, query: {}, parameters: { id: '7' } },
  ...{ ip: '10.1.2.3', country: undefined, at: Date.UTC(2026, 0, 15, 12), credential: 'jwt' },
}

function explainedBy(text: string) {
  const policies = readPolicies(text)
  const ready = judged(policies).policies
  const decide = deciding(ready)
  const passes = (question: Question) => {
    const { allowed, errors } = decide(question)
    return allowed && errors.every(({ policy }) => policy.effect === 'permit')
  }
  const explain = explaining({ policies, ready, passes, clock, zone: 'UTC' })
  return {
    passes: (call: Situation) => passes(questionAbout(call)),
    explain: (call: Situation) => explain({ question: questionAbout(call), at: call.at, claims: claimTypes }),
  }
}

function changeText(change: PolicyChange): string {
  if (change.kind === 'time')
    return `time ${change.windows.map(({ weekdays, from, to }) => `${weekdays.join('')} ${from}-${to}`).join(', ') || change.at}`
  if ('has' in change) return `${change.has ? '' : 'no '}${change.kind} ${change.name}`
  return `${change.kind} ${'name' in change ? `${change.name}=` : ''}${JSON.stringify(change.value)}`
}

const missing = (text: string, call: Partial<Situation> = {}) =>
  explainedBy(text)
    .explain({ ...ann, ...call })
    .missing.map(set => set.map(changeText).join(' + '))

const permitWhen = (condition: string) => `permit (principal, action, resource) when { ${condition} };`

const lacking: readonly (readonly [condition: string, missing: readonly string[], call?: Partial<Situation>])[] = [
  ['context.scopes.contains("order_item")', ['scope order_item']],
  ['context.scopes.containsAll(["a", "b", "list_items"])', ['scope a + scope b']],
  ['!context.scopes.contains("list_items")', ['no scope list_items']],
  ['principal in Role::"admin" || principal in Group::"g"', ['role admin', 'group g']],
  ['principal is User && principal has office && principal.office == "regional"', ['claim office="regional"']],
  ['principal is User && principal has level && principal.level >= 3', ['claim level=3']],
  ['principal is User && principal has teams && principal.teams.contains("a")', ['claim teams=["a"]']],
  ['principal is User && principal has office && principal.office like "n*th"', ['claim office="nth"']],
  ['principal is User && !(principal has office)', ['claim office=null']],
  [
    'principal is User && principal has office && resource has id && principal.office == resource.id',
    ['claim office="7"', 'parameter id="head"'],
  ],
  ['context has ip && context.ip.isInRange(ip("192.168.0.0/16"))', ['address "192.168.0.0/16"']],
  ['context has ip && !context.ip.isInRange(ip("10.0.0.0/8"))', ['address "11.0.0.0"']],
  ['context has ip', ['address "127.0.0.1"'], { ip: undefined }],
  ['context has country && context.country == "AU"', ['country "AU"']],
  ['context has country && context.country != "NZ"', ['country "US"'], { country: 'NZ' }],
  ['context.time.hour >= 14 && context.time.hour < 18', ['time 1234567 14:00-18:00']],
  [
    'context.time.weekday <= 3 && context.time.ofDay >= duration("8h30m") && context.time.ofDay < duration("17h")',
    ['time 123 08:30-17:00'],
  ],
  ['context.time.hour * 60 + context.time.minute >= 1290', ['time 1234567 21:30-24:00']],
  ['context.time.at >= datetime("2026-03-01")', ['time 2026-03-01T00:00:00.000Z']],
  ['context.time.weekday > 5 && principal in Role::"admin"', ['role admin + time 67 00:00-24:00']],
  ['context.headers has "x-region" && context.headers["x-region"] == "au"', ['header x-region="au"']],
  ['context.query has all && context.query.all != ""', ['query all="-"']],
  ['context.credential == "apiKey"', ['credential "apiKey"']],
  ['principal == User::"bob"', ['caller "User::\\"bob\\""']],
  ['principal is Application', ['caller "Application"']],
  ['principal is User && principal in Role::"admin"', ['caller "User" + role admin'], { type: 'Anonymous' }],
  ['if principal in Role::"staff" then context.scopes.contains("x") else true', ['scope x', 'no role staff']],
]

test('what a call lacks is told: one thing of each kind, and those that only together would do', () => {
  const told = lacking.map(([condition, , call]) => [condition, missing(permitWhen(condition), call).toSorted()])
  assert.deepEqual(
    told,
    lacking.map(([condition, expected]) => [condition, expected.toSorted()]),
  )
})

test('what forbids is told as what would have to be otherwise, beside what no permit allows', () => {
  const evening = `
    permit (principal, action, resource);
    forbid (principal, action, resource) when { context.time.hour >= 18 } unless { principal in Role::"admin" };
  `
  const late = { at: Date.UTC(2026, 0, 15, 19) }
  assert.deepEqual(missing(evening, late), ['role admin', 'time 1234567 00:00-18:00'])
  const both = `
    permit (principal in Role::"buyer", action, resource);
    permit (principal, action == Action::"POST /other", resource);
    forbid (principal, action, resource) when { context.headers has "x-debug" };
  `
  assert.deepEqual(missing(both, { headers: { 'x-debug': '1' } }), ['role buyer + header x-debug=null'])
})

test('what takes too long to find out is not told to be missing, and what takes little is', () => {
  const any = (name: string, count: number) =>
    `[${Array.from({ length: count }, (_, i) => `"${name}${i}"`).join()}].containsAny(context.scopes)`
  const far = permitWhen(['a', 'b', 'c', 'd', 'e'].map(name => any(name, 60)).join(' && '))
  const wide = permitWhen(['a', 'b', 'c', 'd', 'context.time.minute'].map(name => any(name, 400)).join(' && '))
  assert.deepEqual(missing(far, { scopes: [] }), [])
  assert.deepEqual(missing(`${far}${wide}${permitWhen('principal in Role::"admin"')}`, { scopes: [] }), ['role admin'])
})

test('of many permits those are looked into that lack the least, wherever they stand', () => {
  const far = Array.from({ length: 30 }, (_, i) =>
    permitWhen(`context.scopes.contains("a${i}") && context.scopes.contains("b${i}")`),
  )
  assert.equal(missing(`${far.join('')}${permitWhen('context.scopes.contains("near")')}`)[0], 'scope near')
})

test('policies are told by their conditions, with the values used, as far as they fit the operation', () => {
  const text = `
    @id("office-hours") permit (principal in Role::"staff", action, resource)
    when { context.time.hour >= 14 && principal has level && principal.level > 2 } unless { context has ip && context.ip.isLoopback() };
    @id("other") permit (principal, action == Action::"POST /other", resource);
  `
  const { allowed, policies } = explainedBy(text).explain(ann)
  assert.equal(allowed, false)
  assert.deepEqual(policies, [
    {
      ...{ id: 'office-hours', effect: 'permit', state: 'not held' },
      conditions: [
        { text: 'principal in Role::"staff"', state: 'true', values: [{ of: 'principal', is: 'User::"ann"' }] },
        { text: 'context.time.hour >= 14', state: 'false', values: [{ of: 'context.time.hour', is: '12' }] },
        { text: 'principal has level', state: 'false', values: [{ of: 'principal.level', is: null }] },
        { text: 'principal.level > 2', state: 'not reached', values: [{ of: 'principal.level', is: null }] },
        {
          text: '!((context has ip) && context.ip.isLoopback())',
          state: 'true',
          values: [{ of: 'context.ip', is: '10.1.2.3' }],
        },
      ],
    },
  ])
})

const policyTexts = fc
  .array(fc.tuple(fc.constantFrom('permit', 'permit', 'forbid'), conditionText), { minLength: 1, maxLength: 3 })
  .map(all => all.map(([effect, body]) => `${effect} (principal, action, resource) when { ${body} };`).join('\n'))

test('with what is told to be missing a call passes, and with anything less it does not', () => {
  const told = { refused: 0, explained: 0 }
  fc.assert(
    fc.property(policyTexts, fc.array(situation, { minLength: 3, maxLength: 3 }), (policies, calls) => {
      const { explain, passes } = explainedBy(policies)
      for (const call of calls) {
        const { allowed, missing: sets } = explain(call)
        assert.equal(allowed, passes(call))
        if (allowed === true) assert.deepEqual(sets, [])
        told.refused += Number(!allowed)
        told.explained += Number(sets.length > 0)
        for (const set of sets) requireMinimal(call, set, passes)
      }
    }),
    { numRuns: 100, seed: 6 },
  )
  assert.ok(told.explained > told.refused / 2, JSON.stringify(told))
})

/** Who calls is settled before what they have. */
const applied = (call: Situation, changes: readonly PolicyChange[]) => changes.reduce(asTold, call)

function requireMinimal(call: Situation, set: readonly PolicyChange[], passes: (call: Situation) => boolean) {
  const shown = JSON.stringify(set)
  assert.ok(passes(applied(call, set)), `${shown} lets it pass`)
  for (const left of set)
    assert.ok(
      !passes(
        applied(
          call,
          set.filter(change => change !== left),
        ),
      ),
      `${shown}: ${left.kind} is needed`,
    )
  for (const change of set) {
    if (change.kind !== 'time') continue
    const week = Array.from({ length: 7 * 48 }, (_, half) => Date.UTC(2026, 0, 12) + half * 1_800_000 + 1)
    for (const at of week) {
      const within = change.windows.some(window => isWithin(at, window))
      const moment = { ...change, at: new Date(at).toISOString() }
      const instead: readonly PolicyChange[] = set.map(other => (other === change ? moment : other))
      assert.equal(passes(applied(call, instead)), within, `${shown} at ${new Date(at).toISOString()}`)
    }
  }
}

function isWithin(
  at: number,
  { weekdays, from, to }: { readonly weekdays: readonly number[]; readonly from: string; readonly to: string },
) {
  const date = new Date(at)
  const ofDay = date.toISOString().slice(11, 23)
  return weekdays.includes(((date.getUTCDay() + 6) % 7) + 1) && from <= ofDay && ofDay < to
}

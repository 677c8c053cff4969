import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallEvent, noLabels, type Principal, type View, type Words } from '@sallyport/core'
import * as cedar from '@sallyport/policy/cedar'
import fc from 'fast-check'
import { makeIdentification } from '../identify/identification.ts'
import { policyRecorder } from '../record/facts.ts'
import { logRedaction, usuallyRedacted } from '../record/redaction.ts'
import { callWith } from '../testing/call.ts'
import { policyGuard } from './guard.ts'

const text = `
  @id("staff") permit (principal in Role::"staff", action, resource) when { context.time.hour >= 9 && context.time.weekday <= 5 };
  @id("scoped") permit (principal in Group::"ops", action, resource) when { context.scopes.containsAny(["a", "b"]) };
  @id("office") permit (principal is User, action, resource)
  when { principal has office && resource has id && principal.office == resource.id && principal has level && principal.level > 1 };
  @id("shop") permit (principal is Application, action, resource in Api::"test") when { principal.issuer == "staff" && principal has application };
  @id("through") permit (principal in Application::"shop", action, resource) when { principal is User && context.time.weekday == 6 };
  @id("key") permit (principal is User, action, resource) when { context.credential == "apiKey" && principal.id != "ben" };
  @id("teams") permit (principal is User, action, resource) when { principal has teams && principal.teams.contains("x") };
  @id("network") forbid (principal, action, resource) unless { context has ip && context.ip.isInRange(ip("10.0.0.0/8")) };
  @id("region") forbid (principal, action, resource) when { context.headers has "x-region" && context.headers["x-region"] != "au" };
  @id("sorted") forbid (principal, action, resource) when { context.query has sort };
  @id("external") forbid (principal is User, action, resource) when { principal has external && principal.external };
`
const attributes = { office: 'text', level: 'number', external: 'boolean', teams: 'texts' } as const
const words: Words = { operations: ['GET /'], parameters: ['id'], attributes, labels: noLabels }
const guard = policyGuard(text, { zone: 'Australia/Sydney', body: undefined }, cedar)
const method = { kind: 'test', places: [], mark: undefined, owns: () => true, challenge: undefined }
const identify = makeIdentification(
  { kind: 'test', name: 'test', from: 'api', owner: 'test', label: 'test', config: {}, create: () => assert.fail() },
  () => ({ ...method, attributes, verify: () => assert.fail() }),
)
const record = policyRecorder([{ name: 'policy', guard }], identify, logRedaction(usuallyRedacted))

const few = (...names: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }).map(all => new Set(all))
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const named = (...subjects: readonly string[]) =>
  maybe(fc.constantFrom(...subjects).map(subject => ({ issuer: 'staff', subject })))

const principals: fc.Arbitrary<Principal> = fc.record({
  ...{ user: named('ann', 'ben'), application: named('shop'), actors: fc.constant([]), claims: fc.constant({}) },
  credential: fc.constantFrom({ kind: 'jwt', id: '1' }, { kind: 'apiKey', id: '2' }),
  ...{ scopes: few('a', 'c'), roles: few('staff', 'other'), groups: few('ops', 'other') },
  attributes: fc
    .record(
      {
        office: fc.constantFrom('1', '2'),
        level: fc.constantFrom(1, 2, 2, 3, undefined),
        external: fc.boolean(),
        teams: fc.constantFrom(['x'], []),
      },
      { requiredKeys: [] },
    )
    .map(claims => new Map(Object.entries(claims))),
})

const raw = fc.constantFrom<readonly string[]>(
  [],
  [],
  [],
  ['X-Region', 'au'],
  ['X-Region', 'nz'],
  ['X-Region', 'au', 'x-region', 'au'],
)
const calls = fc
  .record({
    ip: maybe(fc.constantFrom('10.1.2.3', '10.1.2.4', '192.0.2.1')),
    raw,
    query: maybe(fc.constantFrom('sort=a', 'a=b')),
    id: fc.constantFrom('1', '1', '2', 'x'.repeat(300)),
    at: fc.nat({ max: 10 * 24 }),
  })
  .map(({ ip, raw, query, id, at }) => ({
    ...callWith({ raw, ...(ip !== undefined && { ip }), ...(query !== undefined && { query }) }),
    ...{ at: Date.UTC(2026, 3, 1) + at * 3_600_000, parameters: { id } },
  }))

function eventOf({ call, principal }: View, recorded: Pick<CallEvent, 'policies' | 'facts'>): CallEvent {
  const { ip, api, operation, at } = call
  const { user, application, credential } = principal
  return {
    ...{ id: '0', time: new Date(at).toISOString(), snapshot: '', method: 'GET', path: '/', ...recorded },
    ...{ ip, api, operation, user, application, credential, status: 200, outcome: 'answered' },
    ...{ totalMs: 0, bytesIn: 0, bytesOut: 0 },
  }
}

function judge(view: View): void {
  try {
    void guard.check(view, Object.create(null))
  } catch {
    // What it was refused for its verdict says.
  }
}

test('policies make of a record what they made of the call', () => {
  const seen = { allowed: 0, refused: 0, unfit: 0 }
  fc.assert(
    fc.property(principals, calls, (principal, call) => {
      const view = { call, principal }
      judge(view)
      const event = eventOf(view, record?.(view) ?? {})
      const [verdict] = event.policies ?? []
      const explained = guard.policies?.explain(JSON.parse(JSON.stringify(event)), words)
      // What is too long to be recorded may have decided.
      const isKnown = call.parameters.id.length < 300 || explained?.allowed !== undefined
      if (isKnown) assert.equal(explained?.allowed, verdict?.allowed)
      const held = explained?.policies.flatMap(({ id, state }) => (state === 'held' ? [id] : [])) ?? []
      for (const id of verdict?.held ?? []) assert.ok(held.includes(id), id)
      seen[verdict === undefined ? 'unfit' : verdict.allowed ? 'allowed' : 'refused']++
    }),
    { numRuns: 500, seed: 2 },
  )
  assert.ok(
    Object.values(seen).every(count => count > 20),
    JSON.stringify(seen),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorizeGuard, NamedFacts, Place, Principal } from '@sallyport/core'
import fc from 'fast-check'
import { makeIdentification } from '../identify/identification.ts'
import { callWith } from '../testing/call.ts'
import { policyRecorder } from './facts.ts'
import { logRedaction, usuallyRedacted } from './redaction.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1'
const headers = [
  'x-partner',
  'x-region',
  'x-api-key',
  'authorization',
  'proxy-authorization',
  'cookie',
  'dpop',
  '__proto__',
]
const names: NamedFacts = {
  ...{ attributes: new Set(['office', 'resetToken']), roles: ['a'], groups: [], scopes: [], headers },
  query: ['key', 'sort', 'access_token'],
}
const guard: AuthorizeGuard = {
  ...{ scopes: [], check: () => undefined },
  policies: {
    names,
    source: '',
    judged: () => undefined,
    explain: () => undefined,
    answer: () => ({ allowed: undefined, unknown: [] }),
  },
}
const places: readonly Place[] = [
  { in: 'header', name: 'x-partner', scheme: undefined },
  { in: 'query', name: 'key' },
]
const attributes = { office: 'text', resetToken: 'text' } as const
const identify = makeIdentification(
  { kind: 'test', name: 'test', from: 'api', owner: 'test', label: 'test', config: {}, create: () => assert.fail() },
  () => ({
    kind: 'test',
    places,
    mark: undefined,
    owns: () => true,
    verify: () => assert.fail(),
    attributes,
    challenge: undefined,
  }),
)
const record = policyRecorder([{ name: 'policy', guard }], identify, logRedaction(usuallyRedacted))

const principal: Principal = {
  ...{
    user: { issuer: 'i', subject: 'ann' },
    application: undefined,
    actors: [],
    credential: { kind: 'jwt', id: '1' },
  },
  ...{ scopes: new Set(), roles: new Set(['a', 'b']), groups: new Set(), claims: {} },
  attributes: new Map([
    ['office', 'head'],
    ['resetToken', secret],
  ]),
}
const factsOf = (raw: readonly string[], query = '') => record?.({ call: callWith({ raw, query }), principal }).facts

test('no credential is recorded, wherever an operation reads it and whatever policies name', () => {
  const raw = headers.flatMap(name => [name, name === 'x-region' ? 'au' : secret])
  const facts = factsOf(raw, `key=${secret}&access_token=${secret}&sort=up`)
  assert.doesNotMatch(JSON.stringify(facts), new RegExp(secret))
  assert.deepEqual(facts?.request, { headers: { 'x-region': 'au' }, query: { sort: 'up' }, parameters: {} })
  assert.deepEqual(facts?.caller.claims, { office: 'head' })
})

test('what is recorded of a value is the whole of it or nothing, and never much', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.constantFrom(`Bearer ${secret}`, `password=${secret}`, ''),
  )
  fc.assert(
    fc.property(value, text => {
      const kept = factsOf(['X-Region', text])?.request?.headers['x-region']
      assert.ok(kept === undefined || (kept === text && text.length <= 256))
      assert.doesNotMatch(kept ?? '', new RegExp(secret))
    }),
  )
})

test('of many names those that policies name are recorded, and which those were', () => {
  const roles = new Set(['a', ...Array.from({ length: 65 }, (_, i) => `r${i}`)])
  const facts = record?.({ call: callWith({}), principal: { ...principal, roles } }).facts
  assert.deepEqual(facts?.caller.roles, { has: ['a'], of: ['a'] })
  assert.deepEqual(factsOf([])?.caller.roles, { has: ['a', 'b'] })
})

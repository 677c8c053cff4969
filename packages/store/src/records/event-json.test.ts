import assert from 'node:assert/strict'
import test from 'node:test'
import { type CallEvent, cacheUses, callEvent } from '@sallyport/core'
import fc from 'fast-check'
import { eventJson } from './event-json.ts'

const text = fc.string({ unit: 'binary' })
const identity = fc.record({ issuer: text, subject: text })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const texts = fc.array(text)
const names = fc.record({ has: texts, of: maybe(texts) })
const fields = fc.dictionary(text, fc.option(text))
const facts = fc.record({
  caller: fc.record({
    ...{ roles: names, groups: names, scopes: names, unfit: maybe(texts) },
    claims: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), texts, fc.constant(null))),
  }),
  request: maybe(
    fc.record({
      headers: fields,
      query: fields,
      parameters: fc.dictionary(text, text),
      country: maybe(fc.option(text)),
      network: maybe(fc.option(fc.record({ asn: fc.nat(), owner: maybe(text) }))),
      unfit: maybe(texts),
    }),
  ),
})
const policyVerdict = fc.record({
  ...{ rule: text, allowed: fc.boolean(), held: texts },
  errors: maybe(fc.array(fc.record({ policy: text, reason: text }))),
})
/** Milliseconds as events have them: to the microsecond. */
const amount = fc.nat({ max: 2 ** 42 }).map(us => us / 1000)

const events: fc.Arbitrary<CallEvent> = fc.record({
  id: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  time: fc.constant('2026-01-15T12:00:00.000Z'),
  snapshot: text,
  door: maybe(text),
  method: text,
  path: text,
  host: maybe(text),
  ip: maybe(text),
  clientId: maybe(text),
  api: maybe(text),
  operation: maybe(text),
  asked: maybe(texts),
  rules: maybe(fc.dictionary(text, fc.array(text))),
  user: maybe(identity),
  application: maybe(identity),
  credential: maybe(fc.record({ kind: text, id: text })),
  status: fc.integer({ min: 100, max: 599 }),
  outcome: fc.constantFrom('answered', 'refused', 'failed', 'abandoned'),
  refusal: maybe(fc.record({ stage: fc.constant('authorize'), code: text, reason: text, rule: maybe(text) })),
  findings: maybe(fc.array(fc.record({ stage: fc.constant('protect'), rule: text, code: text, reason: text }))),
  policies: maybe(fc.array(policyVerdict)),
  facts: maybe(facts),
  totalMs: amount,
  upstreamMs: maybe(amount),
  cache: maybe(fc.constantFrom(...cacheUses)),
  bytesIn: fc.nat(),
  bytesOut: fc.nat(),
})

const without = ({ rules: _, policies: __, facts: ___, ...rest }: CallEvent) => rest

test('an event in the ring is what JSON.stringify would make of it, whatever callers sent', () => {
  fc.assert(
    fc.property(events, event => {
      const { start, grounds } = eventJson(event)
      assert.deepEqual(JSON.parse(`${start}${grounds}}`), JSON.parse(JSON.stringify(event)))
      assert.deepEqual(JSON.parse(`${start}}`), JSON.parse(JSON.stringify(without(event))))
      assert.ok(!/[\n\r]/.test(start + grounds), 'one line')
    }),
  )
})

test('every member of an event is written', () => {
  const names = Object.keys(callEvent.shape).sort()
  const [full] = fc.sample(
    events.filter(event => Object.values(event).every(value => value !== undefined)),
    1,
  )
  assert.ok(full !== undefined)
  const { start, grounds } = eventJson(full)
  assert.deepEqual(Object.keys(JSON.parse(`${start}${grounds}}`)).sort(), names)
})

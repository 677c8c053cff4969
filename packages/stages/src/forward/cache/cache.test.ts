import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CacheRule, type ForwardRule, HeaderList, noBody, type Outgoing, type ReplyBody } from '@sallyport/core'
import fc from 'fast-check'
import { callWith } from '../../testing/call.ts'
import { AnswerCache } from './cache.ts'
import type { AnswerStore, StoredAnswer } from './stored.ts'

const cache: CacheRule = { ttlMs: 1000, maxBody: 10_000, staleIfErrorMs: 1000, anyAddress: false }
const rule: ForwardRule = {
  ...{ origin: 'http://127.0.0.1:9', base: '', ca: undefined, credential: undefined, connections: 1, maxAnswer: 1 },
  ...{ timeouts: { connectMs: 1, headersMs: 1, bodyMs: 1, wholeMs: 1 }, pass: ['cookie'], cache },
  caller: { header: 'X-Caller' },
}

/** A store without bounds. */
function simpleStore(): AnswerStore {
  const slots = new Map<string, readonly StoredAnswer[]>()
  const forgotten = new Map<string, number>()
  let moment = 0
  const find = (slot: string, place: string) =>
    (slots.get(slot) ?? []).filter(({ asOf }) => asOf >= (forgotten.get(place) ?? 0))
  return {
    ...{ slot: asked => asked, moment: () => moment, find, take: () => true, give: () => undefined },
    keep: (slot, place, answer) => void slots.set(slot, [answer, ...find(slot, place)]),
    drop: (slot, answer) =>
      void slots.set(
        slot,
        (slots.get(slot) ?? []).filter(other => other !== answer),
      ),
    forget: place => void forgotten.set(place, ++moment),
  }
}

const wholeBody = (text: string): ReplyBody => ({
  whole: () => Buffer.from(text),
  pipe() {
    throw new Error('it is there already')
  },
  cancel: () => undefined,
})

const nobody = {
  ...{ user: undefined, application: undefined, actors: [], scopes: new Set<string>(), roles: new Set<string>() },
  ...{ groups: new Set<string>(), claims: {}, credential: { kind: 'jwt', id: '' } },
}

/** What a call is made of. */
const calls = fc.record({
  method: fc.constantFrom(...['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'HEAD', 'POST']),
  path: fc.constantFrom('/a', '/a', '/a?b'),
  subject: fc.constantFrom('alice', 'bob'),
  ip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
  fields: fc.subarray(
    ['Authorization', 'Cookie', 'X-Forwarded-Host', 'X-Any', 'Accept', 'Accept-Language', 'Referer'],
    { maxLength: 1 },
  ),
  value: fc.constantFrom('1', '2'),
  control: fc.constantFrom('', 'max-stale', 'no-cache', 'max-age=1'),
  passes: fc.nat(300),
  answer: fc.record({
    status: fc.constantFrom(...[200, 200, 200, 200, 200, 304, 404, 500]),
    control: fc.constantFrom('', 'max-age=1', 'public, max-age=1', 's-maxage=1', 'no-cache', 'private', 'no-store'),
    vary: fc.constantFrom('', 'Accept', 'accept-language, Cookie', '*', 'X-Caller'),
  }),
})

/** Names of fields that are the caller's own business, and never reach the next one. */
const keyed = ['authorization', 'cookie', 'x-forwarded-host', 'x-any']

test('whoever gets an answer told the upstream the same as whoever it was made for, in all that it could depend on', async () => {
  let given = 0
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: 20, maxLength: 30 }), async steps => {
      let now = 1_000_000
      const told: { readonly call: (typeof steps)[number]; readonly list: HeaderList; readonly at: number }[] = []
      const clock = { now: () => now, elapsed: () => now }
      let current = steps[0]
      const send = (outgoing: Outgoing) => {
        if (current === undefined) throw new Error('nobody calls')
        const { answer } = current
        const index = told.push({ call: current, list: new HeaderList(outgoing.headers), at: now }) - 1
        const control = answer.control === '' ? [] : ['Cache-Control', answer.control]
        const vary = answer.vary === '' ? [] : ['Vary', answer.vary]
        const own = [...control, ...vary, 'Content-Length', '1', 'X-Index', `${index}`]
        const headers = ['ETag', '"1"', ...(answer.status === 304 ? [] : own)]
        return { kind: 'stream' as const, status: answer.status, headers, body: wholeBody(`${index}`) }
      }
      const kept = new AnswerCache('/shop', rule, cache, { answers: simpleStore(), clock, upstreams: { send } })
      for (const step of steps) {
        current = step
        now += step.passes
        const fields = step.fields.flatMap(name => [name, step.value])
        const control = step.control === '' ? [] : ['Cache-Control', step.control]
        const headers = [...fields, ...control, 'X-Caller', `signed ${now}`, 'X-Forwarded-For', step.ip]
        const outgoing = {
          method: step.method,
          scheme: 'http' as const,
          path: step.path,
          headers,
          body: noBody,
          maxBody: 0,
        }
        const principal = { ...nobody, user: { issuer: 'i', subject: step.subject } }
        const { reply, use } = await kept.answer(outgoing, { call: callWith({ ip: step.ip }), principal })
        const body = reply.kind === 'stream' ? reply.body.whole() : reply.body
        if (use !== 'hit' && use !== 'stale' && use !== 'validated') continue
        given++
        const made = told[Number(new HeaderList(reply.headers).get('x-index') ?? body)]
        assert.ok(made !== undefined)
        const asked = new HeaderList(headers)
        for (const name of keyed) assert.deepEqual(made.list.all(name), asked.all(name), name)
        assert.equal(made.list.has('referer'), false)
        assert.equal(made.call.path, step.path)
        const { control: said, vary } = made.call.answer
        assert.ok(!/private|no-store/.test(said) && vary !== '*' && vary !== 'X-Caller')
        if (use === 'hit') assert.notEqual(said, 'no-cache')
        if (vary === 'Accept') assert.deepEqual(made.list.all('accept'), asked.all('accept'))
        if (vary.startsWith('accept-')) assert.deepEqual(made.list.all('accept-language'), asked.all('accept-language'))
        if (!/public|s-maxage/.test(said) && use !== 'validated')
          assert.deepEqual([made.call.subject, made.call.ip], [step.subject, step.ip])
      }
    }),
    { numRuns: 500 },
  )
  assert.ok(given > 500, `${given}`)
})

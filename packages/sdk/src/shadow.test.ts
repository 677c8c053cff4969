import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { z } from 'zod'
import { type AppOptions, anonymous, anyone, api, app, jwt, roles, scopes, shadow } from './index.ts'
import { policy } from './policy/index.ts'
import { testing } from './testing/index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const until = '2027-01-31'
const now = '2026-01-15T12:00:00Z'
const open = { identify: anonymous, authorize: anyone }

const foundIn = (event: CallEvent | undefined) =>
  (event?.findings ?? []).map(({ mode, stage, rule, code }) => `${mode} ${stage} ${rule}: ${code}`)

const item = z.strictObject({ n: z.int() })

test('rules of every stage may be tried: calls are answered as without them, and records say what they would do', async () => {
  const authorize = [anyone, shadow(roles('admin'), { until }), shadow(scopes('write'), { until })]
  const operation = (tried: boolean) =>
    api(
      'POST /items',
      {
        identify: anonymous,
        ...{ body: item, response: item },
        authorize: tried ? authorize : anyone,
        ...(tried && {
          limit: { few: { allow: '1/minute', per: 'everyone', mode: 'shadow', until } },
          inspect: { threats: { mode: 'shadow', until, level: 1 }, shadow: { until, digest: true } },
          protect: { shadow: { until, redact: [{ at: '$.n', remove: true }], securityHeaders: true } },
        }),
      },
      ({ body }) => body,
    )
  const [tried, plain] = await Promise.all(
    [operation(true), operation(false)].map(each => testing({ operations: [each] }, { now })),
  )
  const seen = async (calls: typeof tried) => {
    const { status, headers, body, event } = (await calls?.post('/items', { n: 1 })) ?? assert.fail()
    return { answer: { status, body, headers: [...headers].filter(([name]) => name !== 'sallyport-call-id') }, event }
  }
  const bare = await seen(plain)
  for (const more of [[], ['shadow limit few: limit-exceeded']]) {
    const { answer, event } = await seen(tried)
    assert.deepEqual(answer, bare.answer)
    assert.deepEqual(foundIn(event).toSorted(), [
      'shadow authorize shadow.roles: role-missing',
      'shadow authorize shadow.scopes: scope-missing',
      'shadow inspect shadow.digest: signature-bad',
      ...more,
      'shadow protect shadow.redact: answer-changed',
      'shadow protect shadow.securityHeaders: answer-changed',
    ])
  }
})

test('what an application says for all of its operations may be tried too', async () => {
  const calls = await testing(
    {
      operations: [api('GET /items', open, () => undefined)],
      authorize: shadow(
        policy('permit (principal, action == Action::"GET /items", resource) when { context.time.hour < 9 };'),
        { until },
      ),
    },
    { now },
  )
  const { status, event } = await calls.get('/items')
  assert.deepEqual([status, foundIn(event)], [204, ['shadow authorize shadow.policy: policy-refuses']])
})

test('an imagined call is tried too, and counted nowhere', async () => {
  const operation = api(
    'GET /items',
    {
      identify: anonymous,
      authorize: [anyone, shadow(roles('admin'), { until })],
      limit: { few: { allow: '1/day', per: 'everyone', mode: 'shadow', until } },
    },
    () => undefined,
  )
  const events: CallEvent[] = []
  const { fetch, explain } = await app({ operations: [operation], record: event => events.push(event) })
  for (let i = 0; i < 2; i++) {
    const { stages } = await explain({ method: 'GET', path: '/items' })
    const found = stages.flatMap(({ stage, findings = [] }) => findings.map(({ mode, rule }) => [stage, mode, rule]))
    assert.deepEqual(found, [['authorize', 'shadow', 'shadow.roles']])
  }
  await fetch(new Request('http://localhost/items'))
  assert.deepEqual(foundIn(events[0]), ['shadow authorize shadow.roles: role-missing'])
})

test('a limit on trial counts the calls that meet its condition', async () => {
  const few = { allow: '1/day', per: 'everyone', mode: 'shadow', until, when: 'context.time.hour >= 18' } as const
  const calls = await testing(
    { operations: [api('GET /items', { ...open, limit: { few } }, () => undefined)] },
    { now },
  )
  const found = async (at: string) => foundIn((await calls.at(at).get('/items')).event)
  const [noon, evening] = ['2026-01-15T12:00:00Z', '2026-01-15T18:00:00Z']
  assert.deepEqual([await found(noon), await found(noon), await found(evening)], [[], [], []])
  assert.deepEqual([await found(evening), await found(noon)], [['shadow limit few: limit-exceeded'], []])
})

test('a rule with a share is enforced for some callers and tried on the others, alike at every call', async () => {
  const operation = api(
    'GET /items',
    { identify: jwt({ secret }), authorize: [anyone, shadow(roles('admin'), { until, share: '50%' })] },
    () => undefined,
  )
  const calls = await testing({ operations: [operation] }, { now })
  const statuses: number[] = []
  for (let i = 0; i < 24; i++) {
    const ann = calls.as({ user: `user-${i}` })
    const [first, second] = [await ann.get('/items'), await ann.get('/items')]
    assert.equal(first.status, second.status)
    assert.deepEqual(foundIn(first.event), first.status === 403 ? [] : ['shadow authorize shadow.roles: role-missing'])
    statuses.push(first.status)
  }
  assert.deepEqual([...new Set(statuses)].sort(), [204, 403])
})

for (const [what, options, told] of [
  ['nothing but what is tried', { authorize: shadow(anyone, { until }) }, /no authorize but what is tried/],
  ['no day', { limit: { a: { allow: '1/day', per: 'user', mode: 'shadow' } } }, /limit\.a\.until/],
  [
    'a day that there is not',
    { limit: { a: { allow: '1/day', per: 'user', mode: 'shadow', until: '2027-02-30' } } },
    /needs a day/,
  ],
  ['a moment without a zone', { inspect: { shadow: { until: '2027-01-31T10:00', digest: true } } }, /needs a day/],
  ['a share of everything', { protect: { shadow: { until, share: '100%', securityHeaders: true } } }, /needs a share/],
  ['a misspelt option', { inspect: { threats: { mode: 'shadow', until, levle: 1 } } }, /levle/],
] satisfies [string, Omit<Partial<AppOptions>, 'operations'> | object, RegExp][])
  test(`${what} is refused, with what to write`, async () => {
    const load = async () => app({ operations: [api('GET /items', { ...open, ...options }, () => undefined)] })
    await assert.rejects(load, told)
  })

test('a rule whose time is over is tried on, and whoever starts it is told', async () => {
  const faults: string[] = []
  const clock = { now: () => Date.parse('2027-02-01T00:00:00Z'), elapsed: () => 0 }
  const operation = api(
    'GET /items',
    { ...open, authorize: [anyone, shadow(roles('admin'), { until })] },
    () => undefined,
  )
  const { fetch } = await app({ operations: [operation], clock, fault: error => faults.push(String(error)) })
  assert.equal((await fetch(new Request('http://localhost/items'))).status, 204)
  assert.match(faults.join('\n'), /^Error: shadow\.roles \(authorize\) was to be in shadow until 2027-01-31/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AuthorizeRule,
  all,
  anonymous,
  any,
  anyone,
  api,
  apiKey,
  createToken,
  type Identify,
  jwt,
  type MethodRule,
  type Rules,
  type Schema,
  scopes,
} from '@sallyport/sdk'
import { z } from 'zod'
import { startApplication } from '../harness/application.ts'
import { noon } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { problemOf } from '../harness/problem.ts'
import { getRaw } from '../harness/raw-headers.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const other = 'uH3$gF6@dS8%aP1?oI5~eK9+wB2=zM7|'
const [key, oldKey] = ['a-key-of-many-letters-1', 'a-key-of-many-letters-2'] as const
const token = createToken({ sub: 'ann' }, { secret, now: noon })

type Fields = readonly (readonly [string, string])[]
const bearer = (text: string): Fields => [['Authorization', `Bearer ${text}`]]
const keyed = (text: string): Fields => [['X-API-Key', text]]

/** What is presented to each of two ways to tell callers; undefined where nothing is. */
const tokens: Readonly<Record<string, Fields | undefined>> = {
  absent: undefined,
  malformed: bearer('a.b.c'),
  expired: bearer(createToken({ sub: 'ann' }, { secret, now: noon - 60_000, expiresIn: 60 })),
  wrong: bearer(createToken({ sub: 'ann' }, { secret: other, now: noon })),
  right: bearer(token),
}
const keys: Readonly<Record<string, Fields | undefined>> = {
  absent: undefined,
  malformed: keyed('x'),
  expired: keyed(oldKey),
  wrong: keyed('a-key-of-many-letters-3'),
  twice: [...keyed(key), ...keyed(key)],
  right: keyed(key),
}

const byToken = jwt({ secret })
const byKey = apiKey({
  keys: [
    { id: 'one', key },
    { id: 'old', key: oldKey, expiresAt: new Date(noon) },
  ],
})

/** An operation, and how often it ran. */
async function guarded(t: Lifetime, rules: Rules, shape: { readonly response?: Schema; readonly query?: Schema } = {}) {
  let ran = 0
  const operation = api('GET /it', { ...shape, ...rules }, () => {
    ran += 1
    return undefined
  })
  return { ...(await startApplication(t, { operations: [operation] })), ran: () => ran }
}

/** Whether both ways together let in who presents this. */
const combined: readonly (readonly [
  name: string,
  identify: Identify,
  lets: (token: string, key: string) => boolean,
])[] = [
  [
    'any',
    any(byToken, byKey),
    (one, two) => [one, two].includes('right') && [one, two].every(state => ['right', 'absent'].includes(state)),
  ],
  ['all', all(byToken, byKey), (one, two) => one === 'right' && two === 'right'],
]

for (const [name, identify, lets] of combined)
  test(`[F15] [F16] ${name}: of every combination of two credentials an application lets in those that it says`, async t => {
    const { url, ran } = await guarded(t, { identify, authorize: anyone })
    let good = 0
    for (const [one, first] of Object.entries(tokens))
      for (const [two, second] of Object.entries(keys)) {
        const { status } = await getRaw(url, '/it', [...(first ?? []), ...(second ?? [])])
        assert.equal(status, lets(one, two) ? 204 : 401, `token ${one}, key ${two}`)
        if (lets(one, two)) good += 1
      }
    assert.equal(ran(), good)
    assert.ok(good > 0)
  })

const broken = (): never => {
  throw new Error('broken at db: password=hunter2')
}
const bound = { kind: 'broken', label: 'broken', config: {} }
const open = { identify: anonymous, authorize: anyone }
const bearerPlace = { in: 'header', name: 'authorization', scheme: 'bearer' } as const
const brokenMethod: MethodRule = {
  bound: {
    ...bound,
    create: () => ({
      ...{ kind: 'broken', places: [bearerPlace], mark: undefined, challenge: undefined },
      owns: () => true,
      verify: broken,
    }),
  },
}
const brokenRight: AuthorizeRule = { ...bound, create: () => ({ scopes: [], check: broken }) }
const brokenSchema = (validate: () => never | Promise<never>): Schema => ({
  '~standard': {
    version: 1,
    vendor: 'broken',
    validate,
    ...{ jsonSchema: { input: () => ({}), output: () => ({ type: 'string' }) } },
  },
})
const rejecting = () => Promise.reject(new Error('broken at db: password=hunter2'))

/** A guard that throws, in each stage; whether the handler has run by then, and the status. */
const throwing: readonly (readonly [stage: string, rules: Rules, shape: object, runs: number, status: number])[] = [
  ['admit', { ...open, admit: [{ ...bound, create: () => ({ check: broken }) }] }, {}, 0, 500],
  ['identify', { ...open, identify: brokenMethod }, {}, 0, 500],
  ['authorize', { ...open, authorize: brokenRight }, {}, 0, 500],
  ['limit', { ...open, limit: { few: { allow: '1/minute', per: broken } } }, {}, 0, 503],
  ['inspect', open, { query: brokenSchema(broken) }, 0, 500],
  ['inspect, later', open, { query: brokenSchema(rejecting) }, 0, 500],
  ['protect', open, { response: brokenSchema(broken) }, 1, 500],
  ['protect, later', open, { response: brokenSchema(rejecting) }, 1, 500],
]

for (const [stage, rules, shape, runs, status] of throwing)
  test(`a guard that throws refuses: ${stage}`, async t => {
    const { call, ran, faults, events } = await guarded(t, rules, shape)
    const response = await call('/it', { headers: { Authorization: 'Bearer any' } })
    assert.equal(response.status, status)
    assert.doesNotMatch(await response.text(), /hunter2|broken/)
    assert.equal(ran(), runs)
    assert.equal(events[0]?.refusal?.stage, stage.replace(', later', '').replace('protect', 'forward'))
    assert.ok(!faults.join().includes('hunter2'), 'secrets are kept from the log')
  })

test('what records calls and what is told of faults can fail without a caller noticing', async t => {
  const failing = api('GET /it', open, broken)
  const fine = api('GET /fine', open, () => undefined)
  const { call } = await startApplication(t, { operations: [failing, fine], record: broken, fault: broken })
  assert.deepEqual([(await call('/it')).status, (await call('/fine')).status], [500, 204])
})

test('the checks run in the order of the stages, whatever order they were written in', async t => {
  let ran = 0
  const operation = api(
    'POST /it',
    {
      protect: { securityHeaders: true },
      inspect: { csrf: true, threats: 'block' },
      body: z.strictObject({ name: z.string() }),
      limit: { few: { allow: '1/minute', per: 'user' } },
      authorize: scopes('write'),
      identify: byToken,
    },
    () => {
      ran += 1
      return undefined
    },
  )
  const { call, events } = await startApplication(t, { operations: [operation] })
  const writing = createToken({ sub: 'ann', scope: 'write' }, { secret, now: noon })
  const bob = createToken({ sub: 'bob', scope: 'write' }, { secret, now: noon })
  const attack = '/it?q=%3Cscript%3Ealert(1)%3C/script%3E'
  const ask = async (path: string, text: string | undefined, body = '{"nam":1}', more: Record<string, string> = {}) => {
    const Authorization = text === undefined ? {} : { Authorization: `Bearer ${text}` }
    const response = await call(path, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...Authorization, ...more },
    })
    return response.status === 204 ? 204 : (await problemOf(response)).code
  }
  const told = [
    await ask('/nowhere', undefined),
    await ask(attack, undefined),
    await ask(attack, token),
    await ask(attack, writing),
    await ask(attack, writing),
    await ask('/it', bob),
  ]
  assert.deepEqual(told.slice(0, 3), ['route-unknown', 'credential-missing', 'scope-missing'])
  assert.deepEqual(
    events.map(({ refusal }) => refusal?.stage),
    ['admit', 'identify', 'authorize', 'inspect', 'limit', 'inspect'],
  )
  assert.equal(ran, 0)
})

test('rules of one stage run in its own order, whatever order they were written in', async t => {
  const written = [{ csrf: true, threats: 'block' } as const, { threats: 'block', csrf: true } as const]
  const told = []
  for (const inspect of written) {
    const operation = api('POST /it', { identify: anonymous, authorize: anyone, inspect }, () => undefined)
    const { call, events } = await startApplication(t, { operations: [operation] })
    await call('/it?q=%3Cscript%3Ealert(1)%3C/script%3E', { method: 'POST' })
    told.push(events[0]?.refusal?.rule)
  }
  assert.deepEqual(told, ['threats', 'threats'])
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { problemOf } from '../harness/problem.ts'
import { type Item, readList } from './structured-field.ts'

/*
 * RateLimit header fields for HTTP: draft-ietf-httpapi-ratelimit-headers-11, sections 3, 4 and 6.
 */

async function open(t: TestContext, limit: object, answered: Readonly<Record<string, string>> = {}) {
  const backend = await startBackend(t, (_, response) => {
    for (const [name, value] of Object.entries(answered)) response.setHeader(name, value)
    response.end()
  })
  const api = { path: '/', identify: 'anonymous', authorize: 'anyone', limit, forward: { to: backend.url } }
  const yaml = JSON.stringify({ sallyport: 1, gateway: { http: 0 }, apis: { all: api } })
  const gateway = await startGateway(t, yaml)
  return { gateway, get: () => gateway.call('/items') }
}

const fieldOf = (response: Response, name: string) => readList(response.headers.get(name) ?? '')
const numberIn = ({ parameters }: Item, name: string) => {
  const value = parameters.get(name)
  return typeof value === 'number' ? value : assert.fail(`${name} is ${value}`)
}

/** Checks both fields by the draft and gives what each policy leaves, by its name. */
function levelsOf(response: Response): Map<string, { quota: number; window: number; left: number; time: number }> {
  const policies = new Map(fieldOf(response, 'RateLimit-Policy').map(item => [item.value, item]))
  const levels = fieldOf(response, 'RateLimit').map(item => {
    const policy = policies.get(item.value) ?? assert.fail(`no policy is called ${item.value}`)
    const [quota, window] = [numberIn(policy, 'q'), numberIn(policy, 'w')]
    const [left, time] = [numberIn(item, 'r'), numberIn(item, 't')]
    assert.ok(quota >= 0 && window > 0 && left >= 0 && left <= quota && time >= 0)
    assert.deepEqual([...policy.parameters.keys(), ...item.parameters.keys()], ['q', 'w', 'r', 't'])
    return [String(item.value), { quota, window, left, time }] as const
  })
  assert.equal(levels.length, policies.size)
  return new Map(levels)
}

const limits = {
  fixed: { allow: '3/minute', per: 'ip' },
  sliding: { allow: '4/10m', per: 'ip', algorithm: 'slidingWindow' },
  bucket: { allow: '5/hour', per: 'ip', algorithm: 'tokenBucket', burst: 6 },
  blink: { allow: '900/250ms', per: 'ip' },
}

test('both fields are lists of named policies with integers in whole seconds (sections 3.1 and 4.1)', async t => {
  const { get } = await open(t, limits)
  assert.deepEqual(Object.fromEntries(levelsOf(await get())), {
    fixed: { quota: 3, window: 60, left: 2, time: 60 },
    sliding: { quota: 4, window: 600, left: 3, time: 1200 },
    bucket: { quota: 6, window: 3600, left: 5, time: 720 },
    blink: { quota: 900, window: 1, left: 899, time: 1 },
  })
})

for (const [name, rule] of Object.entries(limits).slice(0, 3)) {
  test(`the fields of a ${name} limit hold at every moment, and a 429 never asks to come back too soon`, async t => {
    const { gateway, get } = await open(t, { [name]: rule })
    let refused = 0
    for (let moment = 0; moment < 40; moment += 1) {
      const response = await get()
      const level = levelsOf(response).get(name) ?? assert.fail('no such limit')
      if (response.status === 429) {
        refused += 1
        assert.equal(level.left, 0)
        // Section 6: Retry-After does not lie before the end of the effective window.
        assert.ok(Number(response.headers.get('Retry-After')) >= level.time)
        assert.equal((await problemOf(response)).limit, name)
        gateway.clock.advance(level.time * 1000)
        assert.equal((await get()).status, 200, 'after that time more can be used')
      }
      gateway.clock.advance(moment * 700)
    }
    assert.ok(refused > 2)
  })
}

test('a refusal shows every limit of the route, and counts against none of them', async t => {
  const { get } = await open(t, limits)
  for (let call = 0; call < 3; call += 1) await get()
  for (let call = 0; call < 3; call += 1) {
    const response = await get()
    assert.equal(response.status, 429)
    const left = [...levelsOf(response)].map(([name, level]) => [name, level.left])
    assert.deepEqual(Object.fromEntries(left), { fixed: 0, sliding: 1, bucket: 3, blink: 897 })
  }
})

test('the older names are there where they are asked for, alone or beside the others', async t => {
  const older = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset']
  const standard = ['RateLimit-Policy', 'RateLimit']
  const forms: Readonly<Record<string, readonly string[]>> = {
    standard,
    x: older,
    both: [...standard, ...older],
    none: [],
  }
  for (const [headers, wanted] of Object.entries(forms)) {
    const { get } = await open(t, { some: { allow: '3/minute', per: 'ip', headers } })
    const response = await get()
    const names = [...standard, ...older].filter(name => response.headers.has(name))
    assert.deepEqual(names, wanted, headers)
    for (const name of older.filter(one => wanted.includes(one)))
      assert.match(response.headers.get(name) ?? '', /^\d+$/)
  }
})

test('how many calls are under way is nobody else’s business', async t => {
  const { get } = await open(t, { slots: { concurrent: 3, per: 'ip' } })
  const response = await get()
  assert.equal(response.headers.has('RateLimit-Policy') || response.headers.has('RateLimit'), false)
})

test('what a backend says of its own limits does not mix with what the gateway says (section 7.2)', async t => {
  const theirs = { 'RateLimit-Policy': '"theirs";q=9;w=9', RateLimit: '"theirs";r=9;t=9' }
  const guarded = await open(t, { ours: { allow: '3/minute', per: 'ip' } }, theirs)
  assert.deepEqual([...levelsOf(await guarded.get()).keys()], ['ours'])
  const silent = await open(t, {}, theirs)
  assert.deepEqual([...levelsOf(await silent.get()).keys()], ['theirs'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ProblemCode, problems, stageNames } from '@sallyport/core'
import { problemOf } from '../harness/problem.ts'
import { readChallenges } from './challenge.ts'
import { documented } from './errors-page.ts'
import { provocations, unmet } from './refusals.ts'
import { openStand } from './stand.ts'

const codes = Object.keys(problems) as ProblemCode[]
const met = codes.filter(code => Object.hasOwn(provocations, code))

test('every kind of refusal is met here, or it is said why it cannot be', () => {
  const known = [...Object.keys(provocations), ...Object.keys(unmet)]
  assert.deepEqual(known.sort(), [...codes].sort())
})

/** What RFC 9110 wants beside the problem: sections 15.5.2, 15.5.6 and 10.2.3. */
const companions: Readonly<Record<number, (headers: Headers) => void>> = {
  401: headers => assert.ok(readChallenges(headers.get('WWW-Authenticate') ?? '').length > 0),
  405: headers => assert.match(headers.get('Allow') ?? '', /^[A-Z]+(?:, [A-Z]+)*$/),
  429: headers => assert.match(headers.get('Retry-After') ?? '', /^[1-9]\d*$/),
}

/** Extension members: section 3.2. */
const memberName = /^[A-Za-z][A-Za-z0-9_]{2,}$/

test('every refusal is a problem with type, title, status and the id of its call', async t => {
  const stand = await openStand(t)
  const ids = new Set<string>()
  for (const code of met) {
    await t.test(code, async () => {
      const response = await (provocations[code] ?? assert.fail())(stand)
      const { status, title } = problems[code]
      assert.equal(response.status, status)
      assert.equal(response.headers.get('Content-Type'), 'application/problem+json')
      assert.equal(response.headers.get('Cache-Control'), 'no-store')
      assert.equal(response.headers.get('X-Content-Type-Options'), 'nosniff')
      const problem = await problemOf(response)
      assert.deepEqual([problem.code, problem.status, problem.title], [code, status, title])
      assert.equal(problem.type, `urn:problem-type:sallyport:${code}`)
      assert.ok(URL.canParse(problem.type))
      assert.ok(stageNames.some(stage => stage === problem.stage))
      assert.ok(documented.find(one => one.code === code)?.stages.includes(problem.stage), 'the page names its stage')
      assert.match(problem.callId, /^[0-9a-f]{32}$/)
      assert.equal(problem.callId, response.headers.get('Sallyport-Call-Id'))
      for (const name of Object.keys(problem)) assert.match(name, memberName)
      companions[status]?.(response.headers)
      ids.add(problem.callId)
    })
  }
  assert.equal(ids.size, met.length, 'no two calls have one id')
})

test('the record of a refusal bears the id and the code that the caller saw', async t => {
  const stand = await openStand(t)
  for (const code of ['credential-bad', 'route-unknown', 'headers-too-large', 'scope-missing'] as const) {
    const problem = await problemOf(await (provocations[code] ?? assert.fail())(stand))
    const event = stand.gateway.events.find(({ id }) => id === problem.callId)
    assert.deepEqual(
      [event?.refusal?.code, event?.refusal?.stage, event?.status],
      [code, problem.stage, problem.status],
    )
  }
})

test('a refusal of a HEAD request has the head of a problem and no body', async t => {
  const { gateway } = await openStand(t)
  const response = await gateway.call('/warehouse/items', { method: 'HEAD' })
  assert.equal(response.status, 401)
  assert.equal(response.headers.get('Content-Type'), 'application/problem+json')
  assert.equal(await response.text(), '')
})

test('an API may ask for plain JSON with a message, and loses nothing by it', async t => {
  const { gateway } = await openStand(t)
  const response = await gateway.call('/plain/')
  assert.equal(response.status, 401)
  assert.equal(response.headers.get('Content-Type'), 'application/json')
  const problem = await problemOf(response)
  assert.equal(problem.message, problem.title)
  assert.equal(problem.type, 'urn:problem-type:sallyport:credential-missing')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problems, stageNames } from '@sallyport/core'
import { documented, example } from './errors-page.ts'
import { provocations } from './refusals.ts'
import { openStand } from './stand.ts'

test('the page of errors lists every code once, with its status', () => {
  const table = Object.entries(problems).map(([code, { status }]) => [code, status] as const)
  const listed = documented.map(({ code, status }) => [code, status] as const)
  assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(table))
  assert.equal(listed.length, table.length)
})

test('the page names stages that there are', () => {
  for (const { code, stages } of documented) {
    for (const stage of stages)
      assert.ok(
        stageNames.some(name => name === stage),
        `${code}: ${stage}`,
      )
  }
})

test("the page's example is what the gateway answers", async t => {
  const stand = await openStand(t)
  const response = await (provocations['scope-missing'] ?? assert.fail())(stand)
  const id = response.headers.get('Sallyport-Call-Id') ?? ''
  const told = JSON.stringify(await response.json())
  assert.equal(told, JSON.stringify({ ...example.problem, callId: id }))
  const [first, ...fields] = example.head
  assert.equal(first, `HTTP/1.1 ${response.status} ${response.statusText}`)
  for (const field of fields) {
    const [name = '', value = ''] = field.split(/: (.*)/s)
    assert.equal(response.headers.get(name), name === 'Sallyport-Call-Id' ? id : value)
  }
  assert.equal(example.problem.callId, fields.at(-1)?.split(': ')[1])
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { z } from 'zod'
import { anonymous, anyone, api, app, type ErrorOptions, serve } from './index.ts'

const open = { identify: anonymous, authorize: anyone }
const text = 'no row 17: password=hunter2'
const throwing = api('GET /throwing', open, () => {
  throw new Error(`${text}\n    at forged (/srv/forged.ts:1:1)\nGET /fine answered`)
})
const comment = z.object({ comment: z.string() })
const comments: string[] = []
const add = api('POST /comments', { ...open, body: comment, status: 201 }, ({ body }) => {
  comments.push(body.comment)
  return undefined
})
const last = api('GET /comments/last', { ...open, response: comment }, () => ({ comment: comments.at(-1) ?? '' }))

async function start(t: TestContext, errors?: ErrorOptions) {
  const told: string[] = []
  const fault = (error: unknown) => told.push(String(error))
  const options = { operations: [throwing, add, last], fault, ...(errors && { errors }) }
  const serving = await serve(await app(options), { port: 0 })
  t.after(() => serving.close(0))
  return { ...serving, told }
}

const failed = async (url: string) => {
  const response = await fetch(`${url}/throwing`)
  const body = await response.text()
  return { status: response.status, body, members: z.looseObject({}).parse(JSON.parse(body)) }
}
const usual = ['type', 'title', 'status', 'code', 'stage', 'callId']

test('[F45] a handler that throws is a plain 500, and the log has its text and its place without what is secret', async t => {
  const { url, told } = await start(t)
  const { status, body, members } = await failed(url)
  assert.equal(status, 500)
  assert.deepEqual(Object.keys(members), usual)
  for (const inner of ['no row', 'hunter2', 'errors.test.ts', ' at ']) assert.ok(!body.includes(inner), inner)
  assert.equal(told.length, 1)
  assert.ok(told[0]?.startsWith(`GET /throwing failed, call ${members.callId}: Error: no row 17: password=[secret]`))
  assert.match(told[0] ?? '', /errors\.test\.ts:\d+/)
  assert.doesNotMatch(told[0] ?? '', /^GET \/fine/m)
})

test('[F45] each switch shows its part alone', async t => {
  for (const errors of [{ message: true }, { stack: true }, { log: false }] satisfies ErrorOptions[]) {
    const { url, told } = await start(t, errors)
    const { body, members } = await failed(url)
    const more = Object.keys(members).filter(name => !usual.includes(name))
    assert.deepEqual(more, 'message' in errors ? ['detail'] : 'stack' in errors ? ['stack'] : [])
    assert.equal(body.includes('no row 17'), 'message' in errors)
    assert.equal(body.includes('errors.test.ts'), 'stack' in errors)
    assert.ok(!body.includes('hunter2'))
    assert.equal(told.length, 'log' in errors ? 0 : 1)
  }
})

test('[F45] whoever words refusals words errors too, and is given no more of them than callers may see', async t => {
  const given: object[] = []
  const render = (problem: object) => {
    given.push(problem)
    return { error: 'sorry' }
  }
  const { url } = await start(t, { render })
  assert.equal((await failed(url)).body, '{"error":"sorry"}')
  assert.deepEqual(Object.keys(given[0] ?? {}), usual)
})

test('[F48] markup that was stored comes back as JSON that no browser takes for a page', async t => {
  const { url } = await start(t)
  const stored = JSON.stringify({ comment: '<script>alert(1)</script>' })
  const headers = { 'Content-Type': 'application/json' }
  assert.equal((await fetch(`${url}/comments`, { method: 'POST', headers, body: stored })).status, 201)
  const response = await fetch(`${url}/comments/last`)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(await response.text(), stored)
})

test('[F48] what a refusal quotes of a caller comes back as JSON that no browser takes for a page', async t => {
  const { url } = await start(t)
  const response = await fetch(`${url}/<script>alert(1)</script>`)
  assert.equal(response.status, 404)
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
})

import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { problemOf } from '../harness/problem.ts'
import { startRedacting } from '../harness/redacting.ts'

const events = { 'Content-Type': 'text/event-stream' }
const lines = { 'Content-Type': 'application/x-ndjson' }
const rule = '[{ at: $..ssn }]'

/** The bytes of an answer as they come. */
async function* piecesOf(response: Response): AsyncGenerator<string> {
  const text = new TextDecoder()
  for await (const piece of response.body ?? []) yield text.decode(piece, { stream: true })
}

for (const [what, headers, first, second, last] of [
  ['events', events, 'data: {"ssn":1,"n":1}\n\n', 'id: 2\ndata: {"n":2,"ssn":1}\n\n', 'data: [DONE]\n\n'],
  ['lines of JSON', lines, '{"ssn":1,"n":1}\n', '{"n":2,"ssn":1}\n', '{"ssn":{}}'],
] as const) {
  test(`${what} leave one by one, each as soon as it is whole`, async t => {
    const { promise: came, resolve: answered } = Promise.withResolvers<ServerResponse>()
    const { get } = await startRedacting(t, rule, (_, response) => {
      response.writeHead(200, headers)
      response.write(first + second.slice(0, 9))
      answered(response)
    })
    const response = await get()
    const pieces = piecesOf(response)
    assert.equal((await pieces.next()).value, first.replace('"ssn":1,', ''), 'before the second is whole')
    const upstream = await came
    upstream.write(second.slice(9))
    assert.equal((await pieces.next()).value, second.replace(',"ssn":1', ''))
    upstream.end(last)
    assert.equal((await pieces.next()).value, last.replace('"ssn":{}', ''))
    assert.equal((await pieces.next()).done, true)
  })

  test(`${what}: an item that cannot be read breaks the answer off, and nothing of it leaves`, async t => {
    const { promise: came, resolve: answered } = Promise.withResolvers<ServerResponse>()
    const { get, gateway } = await startRedacting(t, rule, (_, response) => {
      response.writeHead(200, headers)
      response.write(first)
      answered(response)
    })
    const response = await get()
    const pieces = piecesOf(response)
    await pieces.next()
    const upstream = await came
    upstream.write(second.replace('"ssn"', '"ssn":0,"ssn"'))
    await assert.rejects(pieces.next())
    const [event] = gateway.events
    assert.equal(event?.outcome, 'failed')
    assert.match(event?.refusal?.reason ?? '', /a member appears twice/)
  })

  test(`${what} that are whole at once are 502 where one cannot be read`, async t => {
    const { get } = await startRedacting(t, rule, { headers, body: `${first}data: {\n\n` })
    const response = await get()
    assert.equal(response.status, 502)
    assert.equal((await problemOf(response)).code, 'answer-invalid')
  })
}

test('a stream in a coding is refused: nobody asked for one', async t => {
  const { get } = await startRedacting(t, rule, { headers: { ...events, 'Content-Encoding': 'gzip' }, body: 'x' })
  assert.equal((await get()).status, 502)
})

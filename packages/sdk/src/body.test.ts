import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ComingBody, comingWhole } from './body.ts'

const chunk = Buffer.from('four')

async function* chunks() {
  yield chunk
  yield chunk
}

async function* broken() {
  yield chunk
  throw new Error('gone')
}

test('a body is waited for from its first look to its end', async () => {
  const body = new ComingBody(chunks(), undefined)
  assert.equal(body.awaited, false)
  for await (const _ of body.stream(8)) assert.equal(body.awaited, true)
  assert.deepEqual([body.awaited, body.progress], [false, 8])
})

test('nobody waits for a body that is too large, that breaks off, or of which the rest is not wanted', async () => {
  const large = new ComingBody(chunks(), undefined)
  await assert.rejects(large.read(7), { code: 'body-too-large' })
  const cut = new ComingBody(comingWhole(broken()), undefined)
  await assert.rejects(cut.read(8), { code: 'caller-gone' })
  const left = new ComingBody(chunks(), undefined)
  for await (const _ of left.stream(8)) break
  assert.deepEqual(
    [large, cut, left].map(({ awaited }) => awaited),
    [false, false, false],
  )
})

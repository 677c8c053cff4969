import assert from 'node:assert/strict'
import test from 'node:test'
import { narrowed, startMagic } from '../harness/magic.ts'

const status = async (call: Promise<Response>) => (await call).status
const json = { 'Content-Type': 'application/json' }

test('whoever holds a chain narrows it and hands it on; what all parts permit is permitted', async t => {
  const gateway = await startMagic(t)
  const wide = await gateway.mint({ allowed: ['* /repos/.*'], chain: true })
  const reading = narrowed(wide, { allowed: ['GET /.*'] })
  const one = narrowed(reading, { permit: [{ method: '*', path: '/repos/o/{repo}' }] }, true)
  assert.equal(await status(gateway.as(wide, '/github/repos/o/r', { method: 'DELETE' })), 200)
  assert.equal(await status(gateway.as(reading, '/github/repos/o/r', { method: 'DELETE' })), 403)
  assert.equal(await status(gateway.as(reading, '/github/repos/p/r/x')), 200)
  assert.equal(await status(gateway.as(one, '/github/repos/o/r')), 200)
  assert.equal(await status(gateway.as(one, '/github/repos/o/r?x=1')), 403)
  assert.equal(await status(gateway.as(one, '/github/repos/p/r')), 403)
  assert.equal(await status(gateway.as(one, '/github/repos/o/r', { method: 'DELETE' })), 403)
})

test('a narrower part may ask for a body that the one before it does not', async t => {
  const gateway = await startMagic(t)
  const wide = await gateway.mint({ allowed: ['PATCH /issues/.*'], chain: true })
  const open = { type: 'object', properties: { state: { const: 'open' } }, additionalProperties: false }
  const narrow = narrowed(wide, { permit: [{ method: 'PATCH', path: '/issues/{number}', body: open }] })
  const patch = (token: string, body: string) =>
    status(gateway.as(token, '/github/issues/1', { method: 'PATCH', headers: json, body }))
  assert.equal(await patch(wide, '{"state":"closed"}'), 200)
  assert.equal(await patch(narrow, '{"state":"open"}'), 200)
  assert.equal(await patch(narrow, '{"state":"closed"}'), 403)
  assert.equal(await patch(narrow, '{"state":"open","title":"x"}'), 403)
})

test('a narrower token ends earlier, never later', async t => {
  const gateway = await startMagic(t)
  const { narrowMagicToken } = await import('@sallyport/tokens')
  const wide = await gateway.mint({ allowed: ['GET /user'], chain: true, life: 3600 })
  const exp = Math.floor(gateway.clock.now() / 1000) + 60
  const short = narrowMagicToken(wide, { constraints: {}, exp, seal: true })
  assert.equal(await status(gateway.as(short, '/github/user')), 200)
  gateway.clock.advance(60_000)
  assert.equal(await status(gateway.as(short, '/github/user')), 401)
  assert.equal(await status(gateway.as(wide, '/github/user')), 200)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { bearerCredential, magicYaml, startMagic } from '../harness/magic.ts'

/*
 * What is remembered of a token that was good a moment ago: its signature's verdict, its credential, what is looked for in answers.
 */

const anything = { allowed: ['* /.*'] }
const status = async (call: Promise<Response>) => (await call).status

test('two tokens in turn, on one connection too, bring each its own credential, and each answer hides its own', async t => {
  const gateway = await startMagic(t, {
    answer(request, response) {
      const [seen = ''] = valuesOf(request, 'authorization')
      response.setHeader('X-Echo', seen)
      response.end(seen)
    },
  })
  const values = ['ghp_firstFirstFirstFirst', 'ghp_secondSecondSecondSe']
  const tokens = await Promise.all(
    values.map(value => gateway.mint({ ...anything, credential: { ...bearerCredential, value } })),
  )
  for (let call = 0; call < 6; call++) {
    const response = await gateway.as(tokens[call % 2] ?? '', '/github/echo')
    assert.equal(response.headers.get('x-echo'), 'Bearer [secret]')
    assert.equal(await response.text(), 'Bearer [secret]')
    assert.deepEqual(valuesOf(gateway.backend.received.at(-1), 'authorization'), [`Bearer ${values[call % 2]}`])
  }
})

test('a token that is known is another one with any character changed, left out or added', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint(anything)
  const calls = 2
  for (let call = 0; call < calls; call++) assert.equal(await status(gateway.as(token, '/github/user')), 200)
  for (let at = 0; at < token.length; at += 97) {
    const [before, sign, after] = [token.slice(0, at), token[at], token.slice(at + 1)]
    for (const other of [sign === 'A' ? 'B' : 'A', '', `${sign}${sign}`]) {
      assert.equal(await status(gateway.as(before + other + after, '/github/user')), 401, `${at} ${other}`)
    }
  }
  assert.equal(gateway.backend.received.length, calls)
})

test('what the configuration says of tokens holds for those that are known from the next call on', async t => {
  const gateway = await startMagic(t)
  const other = await startBackend(t)
  const token = await gateway.mint(anything)
  const change = (to: string, ...api: string[]) => gateway.change('sallyport.yaml', magicYaml({ to, api }))
  const call = () => status(gateway.as(token, '/github/user'))
  const home = gateway.backend.url
  assert.equal(await call(), 200)
  await change(home, "tokens: { allowed: ['GET /orgs'] }")
  assert.equal(await call(), 403)
  await change(home)
  assert.equal(await call(), 200)
  await change(home, 'tokens: { longest: 1m }')
  assert.equal(await call(), 401)
  await change(other.url)
  assert.equal(await call(), 401)
  assert.equal(other.received.length, 0)
  await change(home, 'tokens: { from: 2099-01-01T00:00:00Z }')
  assert.equal(await call(), 401)
  await change(home)
  assert.equal(await call(), 200)
  gateway.clock.advance(40 * 24 * 3_600_000)
  assert.equal(await call(), 401)
})

test('a coding that an upstream hides by naming it in Connection is seen, and not let out', async t => {
  const gateway = await startMagic(t, {
    answer(_, response) {
      response.setHeader('Connection', 'content-encoding')
      response.setHeader('Content-Encoding', 'gzip')
      response.end('anything')
    },
  })
  assert.equal(await status(gateway.as(await gateway.mint(anything), '/github/echo')), 502)
})

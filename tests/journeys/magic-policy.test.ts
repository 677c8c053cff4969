import assert from 'node:assert/strict'
import test from 'node:test'
import { magicYaml, narrowed, startMagic } from '../harness/magic.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'

const status = async (call: Promise<Response>) => (await call).status

test('tokens that were issued before the time that the API says are refused', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint({ allowed: ['GET /user'] })
  assert.equal(await status(gateway.as(token, '/github/user')), 200)
  await gateway.change(
    'sallyport.yaml',
    magicYaml({ to: gateway.backend.url, api: ['tokens: { from: 2026-01-15T12:00:01Z }'] }),
  )
  const refused = await gateway.as(token, '/github/user')
  assert.equal(refused.status, 401)
  assert.equal((await problemOf(refused)).code, 'credential-expired')
  gateway.clock.advance(1000)
  assert.equal(await status(gateway.as(await gateway.mint({ allowed: ['GET /user'] }), '/github/user')), 200)
})

test('no token goes beyond what the API lets tokens permit, whatever it says', async t => {
  const api = ["tokens: { allowed: ['GET /.*'], permit: [{ method: POST, path: '/issues/{number}/labels' }] }"]
  const gateway = await startMagic(t, { api })
  const token = await gateway.mint({ allowed: ['* /.*'] })
  assert.equal(await status(gateway.as(token, '/github/user')), 200)
  assert.equal(await status(gateway.as(token, '/github/issues/1/labels', { method: 'POST' })), 200)
  assert.equal(await status(gateway.as(token, '/github/issues/1', { method: 'DELETE' })), 403)
  const narrow = await gateway.mint({ allowed: ['GET /user'] })
  assert.equal(await status(gateway.as(narrow, '/github/orgs')), 403)
})

test('a chain has four parts at the most, or as many as its API says', async t => {
  const gateway = await startMagic(t, { api: ['tokens: { parts: 5 }'] })
  const chain = [await gateway.mint({ allowed: ['GET /user'], chain: true })]
  while (chain.length < 6) chain.push(narrowed(chain.at(-1) ?? '', {}))
  const statuses = () => Promise.all(chain.map(token => status(gateway.as(token, '/github/user'))))
  assert.deepEqual(await statuses(), [200, 200, 200, 200, 200, 401])
  await gateway.change('sallyport.yaml', magicYaml({ to: gateway.backend.url }))
  assert.deepEqual(await statuses(), [200, 200, 200, 200, 401, 401])
  await gateway.change('sallyport.yaml', magicYaml({ to: gateway.backend.url, api: ['tokens: { parts: 1 }'] }))
  assert.deepEqual(await statuses(), [200, 401, 401, 401, 401, 401])
})

test('a token of more parts than its API takes is ended by its holder all the same', async t => {
  const gateway = await startMagic(t, { api: ['tokens: { parts: 1 }'] })
  const token = await gateway.mint({ allowed: ['GET /user'], chain: true })
  const narrow = narrowed(token, {})
  const body = new URLSearchParams({ token: narrow })
  assert.equal(await status(gateway.call('/.well-known/sallyport/revoke', { method: 'POST', body })), 200)
  await gateway.change('sallyport.yaml', magicYaml({ to: gateway.backend.url, api: ['tokens: { parts: 2 }'] }))
  assert.equal(await status(gateway.as(narrow, '/github/user')), 401)
  assert.equal(await status(gateway.as(narrowed(token, {}), '/github/user')), 200)
})

test('what a token permits holds where the route asks for nothing', async t => {
  const gateway = await startMagic(t, { authorize: 'anyone' })
  const token = await gateway.mint({ allowed: ['GET /user'] })
  assert.equal(await status(gateway.as(token, '/github/user')), 200)
  assert.equal(await status(gateway.as(token, '/github/admin')), 403)
})

const to = 'http://127.0.0.1:9'
const users = 'users: ./users.yaml'
const mistakes: readonly (readonly [what: string, yaml: string, words: RegExp])[] = [
  [
    'a sealed upstream that others reach',
    magicYaml({ to, identify: '{ any: [magicToken, anonymous] }' }),
    /sealed needs identify: magicToken/,
  ],
  [
    'a token that goes nowhere',
    magicYaml({ to }).replace(', credential: sealed', ''),
    /magicToken needs forward.credential: sealed/,
  ],
  ['a life beyond the longest', magicYaml({ to, api: ['tokens: { longest: 1826d }'] }), /at most 1825d/],
  ['a chain of more parts than any', magicYaml({ to, api: ['tokens: { parts: 9 }'] }), /parts/],
  ['a pattern that RE2 cannot run', magicYaml({ to, api: ["tokens: { allowed: ['GET /(?=a)'] }"] }), /look-ahead/],
  ['a time that is none', magicYaml({ to, api: ['tokens: { from: yesterday }'] }), /needs a time/],
  [
    'two methods for one scheme',
    `${magicYaml({ to, identify: '{ any: [magicToken, { basic: {} }] }' })}${users}\n`,
    /cannot be told apart/,
  ],
]

for (const [what, yaml, words] of mistakes) {
  test(`${what} does not load`, async t => {
    const found = await mistakesOf(t, yaml, { files: { 'users.yaml': 'users: {}' } })
    assert.ok(
      found.some(message => words.test(message)),
      found.join('\n'),
    )
  })
}

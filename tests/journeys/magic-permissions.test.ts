import assert from 'node:assert/strict'
import test from 'node:test'
import { type MagicGateway, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'
import { raw } from '../harness/raw-call.ts'

type Call = readonly [method: string, path: string, status: 200 | 400 | 403]

async function judged(gateway: MagicGateway, order: object, calls: readonly Call[]) {
  const token = await gateway.mint(order)
  for (const [method, path, status] of calls) {
    const before = gateway.backend.received.length
    const answered = await raw(gateway.url, method, `/github${path}`, token)
    assert.equal(answered.status, status, `${method} ${path}`)
    assert.equal(gateway.backend.received.length - before, status === 200 ? 1 : 0, `${method} ${path}`)
  }
}

test('[M9] the method must be the one that is named', async t => {
  await judged(await startMagic(t), { allowed: ['GET /user'] }, [
    ['GET', '/user', 200],
    ['POST', '/user', 403],
    ['DELETE', '/user', 403],
    ['HEAD', '/user', 403],
  ])
})

test('[M10] a pattern must match the whole path, and a dot matches slashes', async t => {
  await judged(await startMagic(t), { allowed: ['GET /repos/someorg/.+?/issues'] }, [
    ['GET', '/repos/someorg/x/issues', 200],
    ['GET', '/repos/someorg/x/issues?state=all', 200],
    ['GET', '/repos/someorg/a/b/issues', 200],
    ['GET', '/repos/other/x/issues', 403],
    ['GET', '/repos/someorg/x/issues/1', 403],
    ['GET', '/x/repos/someorg/x/issues', 403],
  ])
})

test('[M11] a path without pattern is that path alone', async t => {
  await judged(await startMagic(t), { allowed: ['GET /user'] }, [
    ['GET', '/user', 200],
    ['GET', '/users', 403],
    ['GET', '/user/keys', 403],
    ['GET', '/USER', 403],
    ['GET', '/user/', 403],
  ])
})

test('[M12] one of several is enough, and an empty list permits nothing', async t => {
  const gateway = await startMagic(t)
  await judged(gateway, { allowed: ['GET /user', 'POST /gists'] }, [
    ['GET', '/user', 200],
    ['POST', '/gists', 200],
    ['POST', '/user', 403],
  ])
  await judged(gateway, { allowed: [] }, [['GET', '/user', 403]])
  await judged(gateway, { permit: [] }, [['GET', '/user', 403]])
  await judged(gateway, { allowed: ['GET /user'], permit: [{ method: 'GET', path: '/orgs/{org}' }] }, [
    ['GET', '/user', 200],
    ['GET', '/orgs/x', 200],
    ['GET', '/orgs/x/y', 403],
  ])
})

test('[M13] tricks with the path are 400 and reach no upstream', async t => {
  const tricks = [
    '/user/../admin',
    '/user/%2e%2e/admin',
    '/user%2f..%2fadmin',
    '//user',
    '/user%3fx',
    '/%252e%252e/admin',
    '/user/.%2e/admin',
  ]
  await judged(
    await startMagic(t),
    { allowed: ['GET /user', 'GET /user.*'] },
    tricks.map(path => ['GET', path, 400] as const),
  )
})

test('[M13] an encoded slash passes where the template allows it, and nowhere else', async t => {
  const contents = { permit: [{ method: 'GET', path: '/repos/{owner}/{repo}/contents/{path*}' }] }
  const gateway = await startMagic(t)
  await judged(gateway, contents, [
    ['GET', '/repos/o/r/contents/src%2Findex.js', 200],
    ['GET', '/repos/o/r/contents/src/index.js', 200],
    ['GET', '/repos/o/r%2Fcontents/contents', 403],
    ['GET', '/repos/o%2Fr/contents/x', 403],
  ])
  assert.equal(gateway.backend.received[0]?.url, '/repos/o/r/contents/src%2Findex.js')
  await judged(gateway, { permit: [{ method: 'GET', path: '/repos/{owner}/{repo}' }], allowed: ['GET /orgs/[^/]+'] }, [
    ['GET', '/repos/o/r', 200],
    ['GET', '/repos/o/r%2Fcontents', 403],
    ['GET', '/orgs/o%2Fmembers', 403],
  ])
})

test('[M15] a pattern that other engines choke on takes linear time', async t => {
  const gateway = await startMagic(t)
  const started = performance.now()
  await judged(gateway, { allowed: ['GET /(a+)+$', 'GET /(a|a)*b', 'GET /(.*)*x'] }, [
    ['GET', `/${'a'.repeat(7000)}!`, 403],
    ['GET', `/${'a'.repeat(7000)}`, 200],
  ])
  assert.ok(performance.now() - started < 5000)
})

test('a refusal says which code and stage, and nothing of the token', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint({ allowed: ['GET /user'] })
  const { code, stage, detail } = await problemOf(await gateway.as(token, '/github/admin'))
  assert.deepEqual({ code, stage, detail }, { code: 'not-permitted', stage: 'authorize', detail: undefined })
  assert.match(gateway.events.at(-1)?.refusal?.reason ?? '', /GET \/admin is not permitted/)
  assert.equal(gateway.events.at(-1)?.credential?.kind, 'magicToken')
})

test('a query is judged where a permit names it, and refused where none does', async t => {
  const issues = { method: 'GET', path: '/issues' }
  const gateway = await startMagic(t)
  await judged(gateway, { permit: [{ ...issues, query: { state: 'open' } }] }, [
    ['GET', '/issues?state=open', 200],
    ['GET', '/issues', 403],
    ['GET', '/issues?state=open&state=all', 403],
    ['GET', '/issues?state=open&page=2', 403],
    ['GET', '/issues?st%61te=all&state=open', 403],
    ['GET', '/issues?state=open&&', 200],
  ])
  await judged(gateway, { permit: [{ ...issues, query: { state: ['open', 'all'] }, others: 'allow' }] }, [
    ['GET', '/issues?state=all&page=2', 200],
    ['GET', '/issues?page=2', 403],
  ])
})

test('a plus in a query must be permitted both as a blank and as itself', async t => {
  const search = { method: 'GET', path: '/search' }
  const gateway = await startMagic(t)
  await judged(gateway, { permit: [{ ...search, query: { q: 'a b' } }] }, [
    ['GET', '/search?q=a%20b', 200],
    ['GET', '/search?q=a+b', 403],
  ])
  await judged(gateway, { permit: [{ ...search, query: { q: { matches: '[a-z +]*' } } }] }, [
    ['GET', '/search?q=a+b', 200],
    ['GET', '/search?q=a+b&q+=x', 403],
  ])
})

test('a header that the permit names must come, cross and be as it must', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint({
    permit: [{ method: 'GET', path: '/x', headers: { 'X-Version': { matches: 'v[12]' } } }],
  })
  const status = async (headers: Record<string, string>) => (await gateway.as(token, '/github/x', { headers })).status
  assert.equal(await status({ 'X-Version': 'v1' }), 200)
  assert.equal(await status({ 'X-Version': 'v3' }), 403)
  assert.equal(await status({}), 403)
  assert.equal(
    (await raw(gateway.url, 'GET', '/github/x', token, { 'X-Version': 'v1', Connection: 'close, X-Version' })).status,
    403,
  )
})

import assert from 'node:assert/strict'
import { after, mock, test } from 'node:test'
import { startAuthority } from '../harness/authority.ts'
import { noon } from '../harness/gateway.ts'
import { introspecting } from '../harness/introspecting.ts'
import { problemOf } from '../harness/problem.ts'

mock.timers.enable({ apis: ['Date'], now: noon })
const file = { after }
const authority = await startAuthority(file)

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const good = (response: Response) => response.status < 300

for (const [place, start] of Object.entries(introspecting)) {
  const placed = () => start(file, { introspection: authority.introspection, ...authority.api })

  test(`[F14] in the ${place} a token is good only if the authority says so, and its client is the caller`, async () => {
    const { call, callers } = await placed()
    const token = await authority.token('read')
    assert.ok(good(await call(bearer(token))))
    assert.deepEqual(callers(), ['caller'])
    for (const unknown of ['unknown', `${token}x`, token.slice(1), token.toUpperCase()]) {
      const refused = await call(bearer(unknown))
      assert.equal(refused.status, 401, unknown)
      assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer realm="oauth2", error="invalid_token"/)
    }
    assert.equal((await call({})).status, 401)
    assert.equal(callers().length, 1)
  })

  test(`[F14] in the ${place} a token that lacks the scope is 403, and told which`, async () => {
    const { call, callers } = await placed()
    const refused = await call(bearer(await authority.token('read')), 'POST')
    assert.equal(refused.status, 403)
    assert.match(refused.headers.get('www-authenticate') ?? '', /error="insufficient_scope", scope="write"/)
    assert.deepEqual((await problemOf(refused)).missing, { scopes: ['write'] })
    assert.ok(good(await call(bearer(await authority.token('read write')), 'POST')))
    assert.equal(callers().length, 1)
  })

  test(`[F14] in the ${place} a revoked token is 401 when what was remembered is too old, and not a call later`, async () => {
    const { call, clock } = await placed()
    const token = await authority.token('read')
    const asked = authority.asked()
    assert.ok(good(await call(bearer(token))))
    await authority.revoke(token)
    clock.advance(29_999)
    assert.ok(good(await call(bearer(token))))
    assert.equal(authority.asked(), asked + 1)
    clock.advance(1)
    assert.equal((await call(bearer(token))).status, 401)
    assert.equal((await call(bearer(token))).status, 401)
    assert.equal(authority.asked(), asked + 3, 'what failed is asked anew')
  })

  test(`in the ${place} a remembered token is good no longer than it says itself`, async () => {
    const settings = { introspection: authority.introspection, ...authority.api, remember: '10m' }
    const { call, clock } = await start(file, settings)
    const token = await authority.token('read')
    clock.advance(1000)
    assert.ok(good(await call(bearer(token))))
    clock.advance(598_999)
    assert.ok(good(await call(bearer(token))))
    clock.advance(1)
    const refused = await call(bearer(token))
    assert.equal(refused.status, 401)
    assert.equal((await problemOf(refused)).code, 'credential-expired')
  })
}

test('[F14] an authority that wants the secret in the form gets it there, and a wrong secret is 503', async () => {
  const posted = await startAuthority(file, 'client_secret_post')
  const asking = { introspection: posted.introspection, ...posted.api }
  const token = await posted.token('read')
  const start = introspecting.application
  const placed = await start(file, { ...asking, authentication: 'client_secret_post' })
  assert.ok(good(await placed.call(bearer(token))))
  for (const wrong of [
    { ...asking, clientSecret: 'wrong' },
    { ...asking, authentication: 'client_secret_post', clientSecret: 'wrong' } as const,
    { ...asking, authentication: 'client_secret_post', clientId: 'nobody' } as const,
  ])
    assert.equal((await (await start(file, wrong)).call(bearer(token))).status, 503)
})

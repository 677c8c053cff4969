import assert from 'node:assert/strict'
import { after, mock, test } from 'node:test'
import { startAuthority } from '../harness/authority.ts'
import { folderWith, sallyport } from '../harness/command.ts'
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

test('check warns of a secret for the authority that stands in the file, and refuses an authority that others could listen to', async () => {
  const checked = async (introspection: string, identify: (oauth2: string) => string) => {
    const oauth2 = `oauth2: { introspection: "${introspection}", clientId: api, clientSecret: in-the-file`
    const yaml = `
sallyport: 1
issuers: { staff: { url: https://id.example.com, audience: warehouse } }
apis:
  warehouse:
    path: /warehouse
    identify: ${identify(oauth2)}
    authorize: anyone
    forward: { to: http://127.0.0.1:1 }
    operations: { GET /items: {} }`
    const { status, out, err } = await sallyport(await folderWith(file, { 'sallyport.yaml': yaml }), ['check'])
    assert.doesNotMatch(out + err, /in-the-file/)
    return { status, said: out + err }
  }
  const good = await checked(
    'https://id.example.com/ask',
    oauth2 => `{ any: [{ jwt: staff }, { ${oauth2}, tokens: opaque } }] }`,
  )
  assert.equal(good.status, 0)
  assert.match(good.said, /clientSecret.*a secret stands in the file/)
  const plain = await checked('http://id.example.com/ask', oauth2 => `{ ${oauth2} } }`)
  assert.equal(plain.status, 1)
  assert.match(plain.said, /introspection.*needs an https URL/)
  const same = await checked('https://id.example.com/ask', oauth2 => `{ any: [{ jwt: staff }, { ${oauth2} } }] }`)
  assert.equal(same.status, 1)
  assert.match(same.said, /jwt and oauth2 both read header authorization bearer and cannot be told apart/)
})

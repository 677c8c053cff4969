import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { start } from 'sallyport'
import { z } from 'zod'
import { type MagicGateway, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'

const user = { allowed: ['GET /user'] }

async function refusedAs(gateway: MagicGateway, code: string, headers: Record<string, string>, what: string) {
  const response = await gateway.call('/github/user', { headers })
  assert.equal(response.status, 401, what)
  const challenges = response.headers.get('www-authenticate') ?? ''
  for (const scheme of [/Bearer realm="magic"/, /Basic realm="magic"/]) assert.match(challenges, scheme)
  assert.equal((await problemOf(response)).code, code, what)
  assert.equal(gateway.backend.received.length, 0)
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('[M16] a missing or garbage token is 401, and the upstream gets no call', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint(user)
  await refusedAs(gateway, 'credential-missing', {}, 'nothing')
  const garbage = [
    'x',
    'a.b.c',
    '..',
    'smt1_',
    'smt1_~~',
    `${token}x`,
    token.slice(0, -1),
    `${token}.`,
    `smt1_${token}`,
    `smt1_${token}~k`,
  ]
  for (const text of garbage) await refusedAs(gateway, 'credential-bad', bearer(text), text)
  await refusedAs(gateway, 'credential-bad', { Authorization: token }, 'without scheme')
  await refusedAs(gateway, 'credential-bad', { Authorization: `Basic ${btoa('user:pass')}` }, 'a password that is none')
})

test('[M7] any change invalidates: the upstream gets no call', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint(user)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  for (const change of [{ allowed: ['* /.*'] }, { exp: claims.exp + 1 }, { aud: 'other' }, { token: 'x' }]) {
    await refusedAs(
      gateway,
      'credential-bad',
      bearer(`${header}.${encode({ ...claims, ...change })}.${signature}`),
      'edited',
    )
  }
  for (const at of [10, header.length + 20, token.length - 10]) {
    const letter = token[at] === 'A' ? 'B' : 'A'
    await refusedAs(
      gateway,
      'credential-bad',
      bearer(token.slice(0, at) + letter + token.slice(at + 1)),
      `letter ${at}`,
    )
  }
})

test('[M3] no algorithm and HS256 with the public key as its secret are refused', async t => {
  const gateway = await startMagic(t)
  const [header = '', payload = '', signature = ''] = (await gateway.mint(user)).split('.')
  const { kid, typ } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })
  const { keys } = jwks.parse(await (await gateway.call('/.well-known/jwks.json')).json())
  const key = keys.find(one => one.kid === kid) ?? {}
  for (const alg of ['none', 'NONE', '']) {
    await refusedAs(gateway, 'credential-bad', bearer(`${encode({ alg, kid, typ })}.${payload}.`), alg)
    await refusedAs(gateway, 'credential-bad', bearer(`${encode({ alg, kid, typ })}.${payload}.${signature}`), alg)
  }
  for (const secret of [JSON.stringify(key), JSON.stringify(keys)]) {
    const signed = `${encode({ alg: 'HS256', kid, typ })}.${payload}`
    await refusedAs(
      gateway,
      'credential-bad',
      bearer(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`),
      'HS256',
    )
  }
})

test('[M5] a token past its end is 401 with a code of its own', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint({ ...user, life: 60 })
  gateway.clock.advance(60_000)
  await refusedAs(gateway, 'credential-expired', bearer(token), 'expired')
})

/** Another process with the same rules, and these files of the first one's data folder. */
async function second(t: TestContext, gateway: MagicGateway, files: readonly string[]) {
  const data = join(gateway.folder, 'second')
  await mkdir(data, { mode: 0o700 })
  for (const name of files) await copyFile(join(gateway.folder, 'data', name), join(data, name))
  const running = await start(
    { files: [join(gateway.folder, 'sallyport.yaml')], data, pretty: false, managementPort: 0, log: 'off' },
    { clock: gateway.clock, every: gateway.clock.every, env: {}, reloaded: () => undefined, failed: () => undefined },
  )
  t.after(() => running.close(0))
  return running
}

test('[M6] nothing is stored: another process with the same keys takes the token, one with other keys does not', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint(user)
  const same = await second(t, gateway, ['magic-keys.json', 'revocations.jsonl'])
  assert.equal((await fetch(`${same.http}/github/user`, { headers: bearer(token) })).status, 200)
  const others = await startMagic(t)
  assert.equal((await others.as(token, '/github/user')).status, 401)
  assert.equal(others.backend.received.length, 0)
})

test('[M6] keys that come without their list of revocations refuse every token, for nobody knows what was revoked', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint(user)
  const half = await second(t, gateway, ['magic-keys.json'])
  const refused = await fetch(`${half.http}/github/user`, { headers: bearer(token) })
  assert.equal(refused.status, 503)
  assert.equal((await problemOf(refused)).code, 'token-unavailable')
})

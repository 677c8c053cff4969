import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { bindMagicToken } from '@sallyport/tokens'
import { valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport } from '../harness/command.ts'
import { magicUrl, narrowed, realToken, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'
import { proofBy } from '../harness/proof.ts'

const user = { allowed: ['GET /user'] }
const url = `${magicUrl}/github/user`

async function start(t: Parameters<typeof startMagic>[0]) {
  const gateway = await startMagic(t)
  const { token, key } = bindMagicToken(await gateway.mint({ ...user, chain: true }), { constraints: {} })
  const call = (proofs: readonly string[], scheme = 'DPoP', path = '/github/user') => {
    const headers = new Headers({ Authorization: `${scheme} ${token}` })
    for (const proof of proofs) headers.append('DPoP', proof)
    return gateway.call(path, { headers })
  }
  return { gateway, token, key, call }
}

test('a token that is bound to a key is good with a proof by it, which goes no further', async t => {
  const { gateway, token, key, call } = await start(t)
  assert.equal((await call([await proofBy(key, { url, token })])).status, 200)
  assert.equal((await call([await proofBy(key, { url, token })], 'dpop', '/github/user?')).status, 200)
  const [received] = gateway.backend.received
  assert.deepEqual(valuesOf(received, 'dpop'), [])
  assert.deepEqual(valuesOf(received, 'authorization'), [`Bearer ${realToken}`])
})

test('without a proof, or with one that is not for just this call, it is refused with a DPoP challenge', async t => {
  const { gateway, token, key, call } = await start(t)
  const used = await proofBy(key, { url, token })
  assert.equal((await call([used])).status, 200)
  const refusals: readonly (readonly string[])[] = [
    [],
    [used],
    [await proofBy(key, { url: `${magicUrl}/github/other`, token })],
    [await proofBy(key, { url, token, method: 'POST' })],
    [await proofBy(key, { url, token: 'another' })],
    [await proofBy(key, { url, token }), await proofBy(key, { url, token })],
    ['x'],
  ]
  for (const proofs of refusals) {
    const response = await call(proofs)
    assert.equal(response.status, 401)
    assert.match(
      response.headers.get('www-authenticate') ?? '',
      /DPoP realm="magic", algs="ES256 EdDSA", error="invalid_dpop_proof"/,
    )
    assert.equal((await problemOf(response)).code, 'proof-bad')
  }
  assert.equal((await call([await proofBy(key, { url, token })], 'Bearer')).status, 401)
  gateway.clock.advance(61_000)
  assert.equal((await call([await proofBy(key, { url, token })])).status, 401)
  assert.equal(gateway.backend.received.length, 1)
})

test('a token without a key is taken as Bearer alone, and its challenge offers all ways', async t => {
  const { gateway, key } = await start(t)
  const token = await gateway.mint(user)
  const headers = { Authorization: `DPoP ${token}`, DPoP: await proofBy(key, { url, token }) }
  assert.equal((await gateway.call('/github/user', { headers })).status, 401)
  assert.match(
    (await gateway.call('/github/user')).headers.get('www-authenticate') ?? '',
    /^Bearer .*, Basic .*, DPoP /,
  )
})

test('the command binds a token to a key in a file that only its owner may read', async t => {
  const gateway = await startMagic(t)
  const folder = await folderWith(t, { wide: await gateway.mint({ allowed: ['* /.*'], chain: true }) })
  const made = await sallyport(folder, ['token', 'narrow', '@wide', '--permit', 'GET /user', '--bind', 'bot.jwk'])
  assert.equal(made.status, 0, made.err)
  const token = made.out.trim()
  assert.equal((await stat(join(folder, 'bot.jwk'))).mode & 0o777, 0o600)
  const key = JSON.parse(await readFile(join(folder, 'bot.jwk'), 'utf8'))
  const headers = { Authorization: `DPoP ${token}`, DPoP: await proofBy(key, { url, token }) }
  assert.equal((await gateway.call('/github/user', { headers })).status, 200)
  assert.match((await sallyport(folder, ['token', 'inspect', '-'], { stdin: token })).out, /bound to a key/)
  const again = await sallyport(folder, ['token', 'narrow', '@wide', '--bind', 'bot.jwk'])
  assert.equal(again.status, 1)
  assert.match(again.err, /bot\.jwk cannot be written/)
  assert.throws(() => narrowed(token, {}), /bound to a key/)
  assert.equal((await sallyport(folder, ['token', 'narrow', '@wide', '--bind', 'x', '--seal'])).status, 2)
})

import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { pemKeys, template } from '../harness/dsig.ts'
import { startGateway } from '../harness/gateway.ts'
import { basicOf, usersFile } from '../harness/keys.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'
import { signedRequest } from '../harness/signed.ts'
import { signedByXmlsec } from '../harness/xmlsec.ts'

const users = await usersFile({ alice: 'password-of-alice', bob: 'password-of-bob' })

const jwk = (key: KeyObject, kid?: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' })
const jwksOf = (...keys: readonly object[]) => JSON.stringify({ keys })

/** A gateway that wants calls signed by the key of the user who calls; `keys` is a JWKS or PEM. */
async function ownersOnly(t: TestContext, kind: 'signature' | 'xmlSignature', keys: string, more = '') {
  const backend = await startBackend(t)
  const rule = `inspect: { csrf: off, ${kind}: { keys: { file: ./keys }, of: user${more} } }`
  const open = { to: backend.url, before: 'users: ./users.yaml', identify: '{ basic: {} }', api: [rule] }
  const gateway = await startGateway(t, openYaml(open), { files: { 'users.yaml': users, keys } })
  const refused = async (response: Response) => {
    assert.equal((await problemOf(response)).code, 'signature-bad')
    return gateway.events.at(-1)?.refusal?.reason
  }
  return { backend, gateway, refused }
}

const alice = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const bob = generateKeyPairSync('ec', { namedCurve: 'P-256' })

test('a call counts as signed by its caller only where the key is called as the caller is', async t => {
  const keys = jwksOf(jwk(alice.publicKey, 'alice'), jwk(bob.publicKey, 'bob'))
  const { backend, gateway, refused } = await ownersOnly(t, 'signature', keys)
  const send = async (user: 'alice' | 'bob', key: KeyObject, keyid: string) => {
    const headers = basicOf(user, `password-of-${user}`)
    const { url, ...signed } = await signedRequest(
      { method: 'GET', url: `${gateway.url}/shop/me`, headers },
      { key, keyid },
    )
    return fetch(url, signed)
  }
  assert.equal((await send('alice', alice.privateKey, 'alice')).status, 200)
  await refused(await send('bob', alice.privateKey, 'alice'))
  await refused(await send('bob', alice.privateKey, 'bob'))
  await refused(await send('alice', alice.privateKey, 'bob'))
  assert.equal(backend.received.length, 1)
})

for (const [what, keys] of [
  ['PEM', alice.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ['a JWKS without kid', jwksOf(jwk(alice.publicKey))],
] as const) {
  test(`a key without a name, from ${what}, is no caller's own, whatever name the signature gives it`, async t => {
    const { backend, gateway, refused } = await ownersOnly(t, 'signature', keys)
    for (const user of ['alice', 'bob']) {
      const headers = basicOf(user, `password-of-${user}`)
      const { url, ...signed } = await signedRequest(
        { method: 'GET', url: `${gateway.url}/shop/me`, headers },
        { key: alice.privateKey, keyid: user },
      )
      assert.match((await refused(await fetch(url, signed))) ?? '', /no key of that name/)
    }
    assert.equal(backend.received.length, 0)
  })
}

test('so it is with XML: the key of the caller, by its own name', async t => {
  const keys = pemKeys()
  const document = `<order><total Id="t">12.50</total>${template({ references: [{ uri: '#t' }] })}</order>`
  const signed = await signedByXmlsec(document, keys, ['total'])
  const named = jwksOf(jwk(createPublicKey(keys.publicPem), 'alice'))
  for (const [file, user, status] of [
    [named, 'alice', 200],
    [named, 'bob', 400],
    [keys.publicPem, 'alice', 400],
  ] as const) {
    const { gateway } = await ownersOnly(t, 'xmlSignature', file, ', xpath: //total')
    const headers = { ...basicOf(user, `password-of-${user}`), 'Content-Type': 'application/xml' }
    const response = await gateway.call('/shop/orders', { method: 'POST', body: signed, headers })
    assert.equal(response.status, status, `${user}: ${await response.text()}`)
  }
})

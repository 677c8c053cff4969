import assert from 'node:assert/strict'
import { generateKeyPairSync, hash, type JsonWebKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CompactSign } from 'jose'
import { BadToken } from './bad-token.ts'
import { verifyProof } from './dpop.ts'
import { replayMemory } from './replay-memory.ts'
import { thumbprint } from './signing-key.ts'

const now = Date.UTC(2026, 0, 15, 12)
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jkt = thumbprint(publicKey)
const call = { method: 'POST', url: 'https://api.example.com/github/user', token: 'smt1_x~dpop', jkt }

const good = {
  jti: 'one',
  htm: 'POST',
  htu: call.url,
  iat: now / 1000,
  ath: hash('sha256', call.token, 'base64url'),
}
const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) }

const proof = (claims: object = {}, header: object = {}, key: KeyObject | Uint8Array = privateKey) =>
  new CompactSign(Buffer.from(JSON.stringify({ ...good, ...claims })))
    .setProtectedHeader({ ...head, ...header })
    .sign(key)

const refused = (text: string, reason: RegExp, expected = call, at = now) =>
  assert.throws(
    () => verifyProof(text, expected, at),
    error => error instanceof BadToken && error.code === 'proof' && reason.test(error.reason),
  )

test('a proof by the key, for the call and the token, is good, however its URL is written', async () => {
  for (const htu of [
    call.url,
    `${call.url}?q=1#x`,
    'HTTPS://API.example.com:443/github/us%65r',
    'https://api.example.com/x/../github/user',
  ])
    assert.equal(verifyProof(await proof({ htu }), call, now).until, now + 60_001, htu)
})

test('a proof for anything else is not', async () => {
  const [other, ed] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ed25519')]
  refused(await proof({ htm: 'GET' }), /is for "GET"/)
  for (const htu of [
    'https://api.example.com/github/users',
    'http://api.example.com/github/user',
    'https://evil.example/github/user',
    '/github/user',
  ])
    refused(await proof({ htu }), /is for "/)
  refused(await proof({ iat: good.iat - 61 }), /too far from now/)
  refused(await proof({ iat: good.iat + 61 }), /too far from now/)
  refused(await proof({ ath: hash('sha256', 'another', 'base64url') }), /another token/)
  for (const name of ['jti', 'htm', 'htu', 'iat', 'ath']) refused(await proof({ [name]: undefined }), /lacks/)
  refused(await proof({ jti: 7 }), /lacks/)
  refused(await proof({}, { jwk: other.publicKey.export({ format: 'jwk' }) }, other.privateKey), /bound to/)
  refused(await proof({}, { alg: 'EdDSA', jwk: ed.publicKey.export({ format: 'jwk' }) }, ed.privateKey), /bound to/)
  refused(await proof({}, {}, other.privateKey), /wrong signature/)
})

test('a proof of another form is not', async () => {
  refused(await proof({}, { typ: 'JWT' }), /typ/)
  refused(await proof({}, { jwk: undefined }), /names no key/)
  refused(await proof({}, { jwk: privateKey.export({ format: 'jwk' }) }), /private key/)
  refused(await proof({}, { alg: 'HS256' }, Buffer.alloc(32)), /symmetrical/)
  refused(await proof({}, { jwk: { ...head.jwk, y: head.jwk.x } }), /names a EC key/)
  refused(`${Buffer.from('{"alg":"none","typ":"dpop+jwt"}').toString('base64url')}.e30.`, /names no key|wrong/)
  for (const text of ['', 'x', 'a.b', 'a.b.c', 'x'.repeat(5000)]) refused(text, /cannot be read/)
})

interface OutsideProof {
  readonly id: string
  readonly jwt: string
  readonly header: { readonly jwk?: JsonWebKey; readonly typ?: string }
  readonly payload: { readonly htm: string; readonly htu: string; readonly iat: number; readonly ath?: string }
}

test("RFC 9449's own proof of a resource request is good for its token, and its others, which name none, are not", t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const lines = readFileSync(join(corpora, 'rfc9449-dpop', 'proofs.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const proofs = lines.map((line): OutsideProof => JSON.parse(line)).filter(({ header }) => header.typ === 'dpop+jwt')
  const theirs = {
    token: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
    jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
  }
  for (const { jwt, payload } of proofs) {
    const expected = { method: payload.htm, url: payload.htu, ...theirs }
    const at = payload.iat * 1000
    if (payload.ath === undefined) refused(jwt, /lacks|bound/, expected, at)
    else {
      verifyProof(jwt, expected, at)
      refused(jwt, /is for/, { ...expected, method: 'DELETE' }, at)
      refused(jwt, /another token/, { ...expected, token: 'x' }, at)
      refused(`${jwt.slice(0, -8)}AAAAAAAA`, /signature/, expected, at)
    }
  }
  assert.ok(proofs.length >= 4)
})

test('what was used is known as long as it could be used again, and a memory that is full takes nothing new', () => {
  const memory = replayMemory(2)
  assert.ok(memory.isFirst('a', now + 1000, now))
  assert.ok(!memory.isFirst('a', now + 1000, now + 999))
  assert.ok(memory.isFirst('b', now + 1000, now))
  assert.ok(!memory.isFirst('c', now + 1000, now))
  assert.ok(memory.isFirst('c', now + 90_000, now + 31_000))
})

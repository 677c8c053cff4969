import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { CompactEncrypt, decodeJwt, decodeProtectedHeader, exportSPKI } from 'jose'
import { BadToken } from '../bad-token.ts'
import { signJwt } from '../mint.ts'
import { joinToken, linkOf, splitToken } from './chain.ts'
import { newConfirmation } from './confirmation.ts'
import { judgeMagicToken, narrowMagicToken } from './index.ts'
import { keys, minted, permits, place, requestOf, verified, verifier } from './testing/tokens.ts'

const [signer] = keys.signing
const [sealer] = keys.sealing
assert.ok(signer && sealer)
const signWith = { alg: signer.alg, key: signer.key, kid: signer.kid }
const typ = 'sallyport-magic+jwt'
const user = { allowed: ['GET /user'] }
const wide = await minted({ allowed: ['GET /.*'] }, { chain: true })
const narrow = narrowMagicToken(wide, { constraints: user, seal: false })
const sealed = narrowMagicToken(wide, { constraints: user, seal: true })
const plain = await minted(user)

const refused = (token: string, code: string) => assert.rejects(async () => verifier().verify(token), { code }, token)

/** A plain token with other claims, signed by the gateway's own key: what only a faulty mint could make. */
const altered = (claims: object, header = typ) => signJwt({ ...decodeJwt(plain), ...claims }, signWith, header)
const rootOf = (token: string) => splitToken(token).root
const keyOf = (token: string) => {
  const { tail } = splitToken(token)
  assert.ok(tail?.kind === 'key')
  return tail.scalar
}

test('P0 alone is refused: nothing in a narrowed token rebuilds a wider one', async () => {
  await refused(rootOf(narrow), 'claim')
  await refused(`smt1_${rootOf(narrow)}`, 'malformed')
  await refused(`smt1_${rootOf(narrow)}~`, 'malformed')
  const bound = await verifier().verify(`smt1_${rootOf(narrow)}~dpop`)
  const rules = { issuer: bound.issuer, isRevoked: () => false, isCanary: () => false }
  assert.throws(
    () => judgeMagicToken(bound, rules, bound.iat * 1000),
    error => error instanceof BadToken && error.code === 'proof',
  )
})

test('the tail of another part is refused', async () => {
  const { root, parts } = splitToken(narrow)
  await refused(joinToken({ root, parts: [], tail: { kind: 'key', scalar: keyOf(narrow) } }), 'key')
  await refused(joinToken({ root, parts, tail: { kind: 'key', scalar: keyOf(wide) } }), 'key')
  const { tail } = splitToken(sealed)
  await refused(joinToken({ root, parts: [], tail }), 'signature')
  await refused(joinToken({ root, parts, tail }), 'signature')
})

test('a part as root, a root as part, and a seal as part are refused', async () => {
  const [part = ''] = splitToken(narrow).parts
  await refused(part, 'claim')
  const { tail } = splitToken(narrow)
  await refused(joinToken({ root: rootOf(narrow), parts: [rootOf(narrow)], tail }), 'claim')
  await refused(joinToken({ root: part, parts: [], tail }), 'claim')
  const end = splitToken(sealed).tail
  const jws = end?.kind === 'seal' ? end.jws : ''
  await refused(joinToken({ root: rootOf(sealed), parts: [...splitToken(sealed).parts, jws], tail }), 'claim')
})

function part(by: KeyObject, alg: string, before: string, claims: object = {}) {
  const next = newConfirmation()
  const text = signJwt(
    { v: 1, prev: linkOf(before), cnf: { jwk: next.jwk }, ...claims },
    { alg, key: by },
    'sallyport-magic-part+jwt',
  )
  return { text, tail: { kind: 'key', scalar: next.scalar } as const }
}

test('algorithms can’t be swapped, and none and HS256 with the public key are none of ours', async () => {
  const [, payload = '', signature = ''] = plain.split('.')
  const header = (alg: string) => Buffer.from(JSON.stringify({ alg, typ, kid: signer.kid })).toString('base64url')
  for (const alg of ['none', 'None', 'RS256', 'EdDSA', 'ES384'])
    await refused(`${header(alg)}.${payload}.${signature}`, 'algorithm')
  await refused(`${header('none')}.${payload}.`, 'algorithm')
  const pem = await exportSPKI(createPublicKey(signer.key))
  const mac = createHmac('sha256', pem)
    .update(`${header('HS256')}.${payload}`)
    .digest('base64url')
  await refused(`${header('HS256')}.${payload}.${mac}`, 'algorithm')
  const other = generateKeyPairSync('ed25519').privateKey
  const { text, tail } = part(other, 'EdDSA', rootOf(wide))
  await refused(joinToken({ root: rootOf(wide), parts: [text], tail }), 'algorithm')
})

test('a part by another key than the one before it names is refused', async () => {
  const { text, tail } = part(newConfirmation().privateKey, 'ES256', rootOf(wide))
  await refused(joinToken({ root: rootOf(wide), parts: [text], tail }), 'signature')
})

test('spliced chains are refused: a part names the whole part before it', async () => {
  const other = narrowMagicToken(await minted({ allowed: ['GET /.*'] }, { chain: true }), {
    constraints: user,
    seal: false,
  })
  const { parts, tail } = splitToken(narrow)
  await refused(joinToken({ root: rootOf(other), parts, tail }), 'signature')
  const deep = splitToken(narrowMagicToken(narrow, { constraints: {}, seal: true }))
  await refused(joinToken({ ...deep, parts: deep.parts.toReversed() }), 'signature')
  await refused(joinToken({ ...deep, parts: deep.parts.slice(1) }), 'signature')
  // The same key, another part before: only the hash tells.
  const next = newConfirmation()
  const [one, two] = [altered({ cnf: { jwk: next.jwk } }), altered({ cnf: { jwk: next.jwk }, allowed: ['* /.*'] })]
  const made = part(next.privateKey, 'ES256', one)
  await verified(joinToken({ root: one, parts: [made.text], tail: made.tail }))
  await refused(joinToken({ root: two, parts: [made.text], tail: made.tail }), 'claim')
})

test('a key that shows its private half, lies on another curve or beside its own, or says more, is refused', async () => {
  const { jwk, privateKey } = newConfirmation()
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
  const bad: object[] = [
    privateKey.export({ format: 'jwk' }),
    p384,
    { ...jwk, crv: 'P-384' },
    { ...jwk, crv: 'secp256k1' },
    { ...jwk, y: jwk.x },
    { ...jwk, alg: 'ES256' },
    { ...jwk, kid: 'x' },
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
    { kty: 'oct', k: 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0' },
  ]
  for (const key of bad) await refused(altered({ cnf: { jwk: key } }), 'claim')
})

test('more than the parts or the length that are taken is refused before anything is read', async () => {
  const piece = rootOf(wide)
  await refused(`smt1_${Array.from({ length: 9 }, () => 'x').join('~')}~k`, 'malformed')
  await refused(`smt1_${piece}~${'x'.repeat(7 * 1024)}`, 'malformed')
  await refused('a'.repeat(7 * 1024), 'malformed')
})

test('duplicate members are refused in headers and claims', async () => {
  const [header = '', payload = ''] = plain.split('.')
  const doubled = (text: string) =>
    Buffer.from(Buffer.from(text, 'base64url').toString().replace('{', '{"v":1,"v":1,')).toString('base64url')
  const encoded = (signed: string) => `${signed}.${Buffer.alloc(64, 1).toString('base64url')}`
  await refused(encoded(`${doubled(header)}.${payload}`), 'malformed')
  const claims = `{"allowed":["* /.*"],${JSON.stringify(decodeJwt(plain)).slice(1)}`
  const { sign } = await import('node:crypto')
  const signed = `${header}.${Buffer.from(claims).toString('base64url')}`
  const signature = sign('sha256', Buffer.from(signed), { key: signer.key, dsaEncoding: 'ieee-p1363' })
  await refused(`${signed}.${signature.toString('base64url')}`, 'malformed')
})

test('an unknown claim or constraint is refused at every level', async () => {
  const labels = { method: 'GET', path: '/x' }
  const bad: object[] = [
    { scope: 'admin' },
    { sub: 'alice' },
    { v: 2 },
    { aud: ['github https://api.github.com'] },
    { iat: 1.5 },
    { exp: '1' },
    { jti: 'short' },
    { allowed: 'GET /' },
    { permit: [{ ...labels, extra: 1 }] },
    { permit: [{ ...labels, query: { a: { matches: 'x', flags: 'i' } } }] },
    { permit: [{ ...labels, body: { type: 'object', format: 'x' } }] },
    { permit: [{ ...labels, body: { properties: { a: { oneOf: [] } } } }] },
    { time: { zone: 'UTC', month: 1 } },
    { cnf: { jwk: newConfirmation().jwk, jkt: 'x' } },
    { rate: [] },
    { constructor: 1 },
  ]
  for (const claims of bad) await refused(altered(claims), 'claim')
  const { allowed: _, ...bare } = decodeJwt(plain)
  await refused(signJwt(bare, signWith, typ), 'claim')
  const hidden = JSON.parse('{"permit":[{"method":"GET","path":"/x","query":{"__proto__":"a"}}]}')
  await refused(altered(hidden), 'claim')
  const next = newConfirmation()
  const root = altered({ cnf: { jwk: next.jwk } })
  for (const claims of [{ scope: 'x' }, { iss: place.issuer }, { token: 'x' }, { aud: 'x' }, { name: 'x' }]) {
    const { text, tail } = part(next.privateKey, 'ES256', root, claims)
    await refused(joinToken({ root, parts: [text], tail }), 'claim')
  }
})

test('a chain may be bound to an Ed25519 key, which only its own private half ends', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const scalar = String(privateKey.export({ format: 'jwk' }).d)
  const root = altered({ cnf: { jwk: publicKey.export({ format: 'jwk' }) } })
  await verified(joinToken({ root, parts: [], tail: { kind: 'key', scalar } }))
  const { text, tail } = part(privateKey, 'EdDSA', root)
  await verified(joinToken({ root, parts: [text], tail }))
  await verified(
    narrowMagicToken(joinToken({ root, parts: [], tail: { kind: 'key', scalar } }), { constraints: {}, seal: true }),
  )
  await refused(joinToken({ root, parts: [part(privateKey, 'Ed25519', root).text], tail }), 'algorithm')
  await refused(joinToken({ root, parts: [], tail: { kind: 'key', scalar: newConfirmation().scalar } }), 'key')
})

test('a part that would last longer or begin earlier is refused', async () => {
  const next = newConfirmation()
  const root = altered({ cnf: { jwk: next.jwk } })
  const { exp = 0, nbf = 0 } = decodeJwt(plain)
  for (const claims of [{ exp: exp + 1 }, { nbf: nbf - 1 }]) {
    const { text, tail } = part(next.privateKey, 'ES256', root, claims)
    await refused(joinToken({ root, parts: [text], tail }), 'claim')
  }
})

test('header members that nobody asked for are refused', async () => {
  const [, payload = ''] = plain.split('.')
  const { sign } = await import('node:crypto')
  for (const more of [{ jwk: {} }, { jku: 'https://evil.example' }, { x5c: [] }, { cty: 'x' }]) {
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', typ, kid: signer.kid, ...more })).toString('base64url')
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
      key: signer.key,
      dsaEncoding: 'ieee-p1363',
    })
    await refused(`${header}.${payload}.${signature.toString('base64url')}`, 'claim')
  }
})

test('an altered ES256 signature is good still, and bears the same name for revocation and counting', async () => {
  const [header, payload, signature = ''] = plain.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
  const copy = `${header}.${payload}.${twin.toString('base64url')}`
  assert.notEqual(copy, plain)
  const [one, other] = [await verified(plain), await verified(copy)]
  assert.deepEqual(other.ids, one.ids)
})

const seal = (plaintext: object, header: object, key: KeyObject | Uint8Array = createPublicKey(sealer.key)) =>
  new CompactEncrypt(Buffer.from(JSON.stringify(plaintext)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: sealer.kid, ...header })
    .encrypt(key)

test('a sealed credential of another token, of another algorithm or of unknown members is refused', async () => {
  const { jti = '' } = decodeJwt(plain)
  const credential = { kind: 'header', name: 'X-Key', value: 'v' }
  const good = { v: 1, aud: place.audience, jti, credential }
  await verified(altered({ token: await seal(good, {}) }))
  await refused(altered({ token: decodeJwt(await minted(user)).token }), 'claim')
  const others: object[] = [
    { ...good, aud: 'gitlab https://gitlab.com' },
    { ...good, v: 2 },
    { ...good, more: 1 },
    { ...good, credential: { ...credential, kind: 'oauth' } },
    { ...good, credential: { ...credential, extra: 'x' } },
    { ...good, credential: { ...credential, value: 'a\r\nX-Evil: 1' } },
  ]
  for (const plaintext of others) await refused(altered({ token: await seal(plaintext, {}) }), 'claim')
  const raw = Buffer.alloc(32, 1)
  await refused(altered({ token: await seal(good, { alg: 'dir' }, raw) }), 'claim')
  await refused(altered({ token: await seal(good, { alg: 'A256KW' }, raw) }), 'claim')
  await refused(altered({ token: await seal(good, { enc: 'A128GCM' }) }), 'claim')
  await refused(altered({ token: await seal(good, { zip: 'DEF' }).catch(() => '') }), 'claim')
  await refused(altered({ token: await seal(good, { kid: 'other' }) }), 'key')
  await refused(altered({ token: await seal(good, { apu: 'YQ' }) }), 'claim')
  await refused(altered({ token: '....' }), 'malformed')
})

test('the signing key opens no credential and the sealing key signs no token', async () => {
  assert.notEqual(signer.kid, sealer.kid)
  await refused(signJwt(decodeJwt(plain), { alg: 'ES256', key: sealer.key, kid: sealer.kid }, typ), 'key')
  await refused(signJwt(decodeJwt(plain), { alg: 'ES256', key: sealer.key, kid: signer.kid }, typ), 'signature')
  assert.equal(decodeProtectedHeader(String(decodeJwt(plain).token)).kid, sealer.kid)
})

test('a revoked middle part ends what was made of it, and nothing else', async () => {
  const deep = await verified(narrowMagicToken(narrow, { constraints: {}, seal: true }))
  const middle = deep.parts[1]?.id ?? ''
  assert.ok(deep.ids.includes(middle))
  assert.ok(!(await verified(wide)).ids.includes(middle))
  assert.ok(permits(await verified(wide), requestOf('GET', '/anything')))
})

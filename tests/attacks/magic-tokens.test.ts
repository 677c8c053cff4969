import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readMagicKeys, signJwt } from '@sallyport/tokens'
import { decodeJwt } from 'jose'
import { narrowed, startMagic } from '../harness/magic.ts'

/*
 * Every token here was made by somebody who holds one, or several, and wants more. Each must be 401 and reach no upstream. Some are
 * signed with the gateway's own key, which no attacker has: they show that form is judged too, not the signature alone.
 */

const gateway = await startMagic({ after })
const { signing, sealing } = readMagicKeys(await readFile(join(gateway.folder, 'data', 'magic-keys.json'), 'utf8'))
const [[signer], [sealer]] = [signing, sealing]
assert.ok(signer && sealer)
const signWith = { alg: signer.alg, key: signer.key, kid: signer.kid }
const typ = 'sallyport-magic+jwt'
const partTyp = 'sallyport-magic-part+jwt'

const all = { allowed: ['* /.*'] }
const user = { allowed: ['GET /user'] }
const plain = await gateway.mint(user)
const wide = await gateway.mint({ ...all, chain: true })
const other = await gateway.mint({ ...all, chain: true })
const narrow = narrowed(wide, user)
const sealed = narrowed(wide, user, true)

const pieces = (token: string) => token.slice('smt1_'.length).split('~')
const chain = (...parts: readonly (string | undefined)[]) => `smt1_${parts.join('~')}`
const [root = '', part = '', tail = ''] = pieces(narrow)
const [, wideTail = ''] = pieces(wide)
const [, sealedPart = '', seal = ''] = pieces(sealed)
const [otherRoot = ''] = pieces(other)

const link = (text: string) => createHash('sha256').update(text).digest('base64url')
const encode = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const ours = (claims: object, header = typ) => signJwt(claims, signWith, header)
const altered = (claims: object) => ours({ ...decodeJwt(plain), ...claims })

function pair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    privateKey,
    jwk: publicKey.export({ format: 'jwk' }),
    scalar: String(privateKey.export({ format: 'jwk' }).d),
  }
}

const next = pair()

/** A part by any key, whatever it says, that leads to the key `next`. */
const madePart = (key: KeyObject, alg: string, before: string, claims: object = {}, header = partTyp) =>
  signJwt({ v: 1, prev: link(before), cnf: { jwk: next.jwk }, ...claims }, { alg, key }, header)

const mine = pair()
const rootForMe = altered({ ...all, cnf: { jwk: mine.jwk } })
const ofMine = (claims: object, header?: string) =>
  chain(rootForMe, madePart(mine.privateKey, 'ES256', rootForMe, claims, header), `k${next.scalar}`)

const [header = '', payload = '', signature = ''] = plain.split('.')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const headerOf = (alg: string) => encode({ alg, typ, kid: signer.kid })
const hmac = (secret: string) =>
  `${headerOf('HS256')}.${payload}.${createHmac('sha256', secret)
    .update(`${headerOf('HS256')}.${payload}`)
    .digest('base64url')}`

const signKey = { key: signer.key, dsaEncoding: 'ieee-p1363' } as const

/** Signed by the gateway's key, whatever it says. */
function signedText(head: string, claims: string): string {
  const signed = `${encode(head)}.${encode(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), signKey).toString('base64url')}`
}

const claimsText = Buffer.from(payload, 'base64url').toString()
const headText = Buffer.from(header, 'base64url').toString()
const permit = { method: 'GET', path: '/user' }

const attacks: Readonly<Record<string, string>> = {
  'P0 alone': root,
  'P0 as a chain without tail': chain(root),
  'P0 with an empty tail': chain(root, ''),
  'the tail of another part': chain(root, tail),
  'the tail of a part before': chain(root, part, wideTail),
  'the tail of another token': chain(otherRoot, wideTail),
  'a seal of another part': chain(root, seal),
  'a seal of another chain': chain(root, part, seal),
  'a tail that is no key': chain(root, 'kAAAA'),
  'a part as root': part,
  'a part as root of a chain': chain(part, tail),
  'a root as part': chain(root, plain, tail),
  'a seal as part': chain(root, sealedPart, seal.slice(1), tail),
  'a part left out': chain(...pieces(narrowed(narrow, {})).toSpliced(1, 1)),
  'parts in another order': chain(root, ...pieces(narrowed(narrow, {})).slice(1, 3).reverse(), tail),
  'spliced chains': chain(otherRoot, part, tail),
  'a part by a key that nobody named': chain(root, madePart(pair().privateKey, 'ES256', root), `k${next.scalar}`),
  'a part by an Ed25519 key where P-256 was named': chain(
    root,
    madePart(ed.privateKey, 'EdDSA', root),
    `k${next.scalar}`,
  ),
  'a plain token with a tail': chain(plain, tail),
  'a plain token as a chain': chain(plain, plain, tail),
  'nine parts': chain(root, ...Array.from({ length: 8 }, () => part), tail),
  'seven KiB': chain(root, 'x'.repeat(7 * 1024), tail),
  'algorithm none': `${headerOf('none')}.${payload}.`,
  'algorithm none with the signature': `${headerOf('none')}.${payload}.${signature}`,
  'algorithm RS256 with the signature': `${headerOf('RS256')}.${payload}.${signature}`,
  'RS256 by a key of the attacker': signJwt(
    decodeJwt(plain),
    { alg: 'RS256', key: rsa.privateKey, kid: signer.kid },
    typ,
  ),
  'ES256 by a key of the attacker': signJwt(
    decodeJwt(plain),
    { alg: 'ES256', key: next.privateKey, kid: signer.kid },
    typ,
  ),
  'the sealing key in the place of the signing key': signJwt(
    decodeJwt(plain),
    { alg: 'ES256', key: sealer.key, kid: sealer.kid },
    typ,
  ),
  'HS256 with the public key as a JWK': hmac(JSON.stringify(signer.jwk)),
  'HS256 with the public key by its x': hmac(String(signer.jwk.x)),
  'a caller token of another kind': signJwt(decodeJwt(plain), signWith, 'sallyport-caller+jwt'),
  'no typ': signJwt(decodeJwt(plain), signWith, 'JWT'),
  'cnf with its private half': altered({ cnf: { jwk: next.privateKey.export({ format: 'jwk' }) } }),
  'cnf on another curve': altered({ cnf: { jwk: p384.publicKey.export({ format: 'jwk' }) } }),
  'cnf beside its curve': altered({ cnf: { jwk: { ...next.jwk, y: next.jwk.x } } }),
  'cnf that is an RSA key': altered({ cnf: { jwk: rsa.publicKey.export({ format: 'jwk' }) } }),
  'cnf by thumbprint': altered({ cnf: { jkt: link('x') } }),
  'a claim twice': signedText(headText, claimsText.replace('{', '{"allowed":["* /.*"],')),
  'a header member twice': signedText(headText.replace('{', '{"alg":"ES256",'), claimsText),
  'a claim nobody knows': altered({ admin: true }),
  'a constraint nobody knows': altered({ country: 'DE' }),
  'a member of a permit nobody knows': altered({ permit: [{ ...permit, unless: 'x' }] }),
  'a condition nobody knows': altered({ permit: [{ ...permit, query: { a: { not: 'x' } } }] }),
  'a keyword nobody knows': altered({ permit: [{ ...permit, body: { $ref: '#' } }] }),
  'a member called __proto__': altered({ permit: [{ ...permit, query: JSON.parse('{"__proto__":"x"}') }] }),
  'a constraint nobody knows in a part': ofMine({ country: 'DE' }),
  'another audience in a part': ofMine({ aud: 'github https://evil.example' }),
  'another credential in a part': ofMine({ token: decodeJwt(plain).token }),
  'a longer life in a part': ofMine({ exp: (decodeJwt(plain).exp ?? 0) + 1 }),
  'an earlier beginning in a part': ofMine({ nbf: 0 }),
  'a part of another typ': ofMine({}, typ),
  'another version': altered({ v: 2 }),
  'another issuer': altered({ iss: 'https://evil.example' }),
  'another audience': altered({ aud: 'github https://evil.example' }),
  'several audiences': altered({ aud: [decodeJwt(plain).aud] }),
  'the credential of another token': altered({ token: decodeJwt(wide.slice(5).split('~')[0] ?? '').token }),
  'the credential of another jti': altered({ jti: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  'no credential': altered({ token: '' }),
  'neither allowed nor permit': ours(
    Object.fromEntries(Object.entries(decodeJwt(plain)).filter(([name]) => name !== 'allowed')),
  ),
}

for (const [what, token] of Object.entries(attacks)) {
  test(`a magic token with ${what} is refused`, async () => {
    const before = gateway.backend.received.length
    const response = await gateway.as(token, '/github/user')
    assert.equal(response.status, 401)
    assert.equal(gateway.events.at(-1)?.refusal?.code, 'credential-bad')
    assert.equal(gateway.backend.received.length, before)
  })
}

test('what these attacks were made of is good', async () => {
  for (const token of [plain, wide, other, narrow, sealed, altered({}), ofMine({})]) {
    assert.equal((await gateway.as(token, '/github/user')).status, 200)
  }
})

test('an altered ES256 signature dodges neither the counter nor the revocation', async () => {
  const limited = await gateway.mint({ ...user, rate: ['1/minute'] })
  const [head, claims, good = ''] = limited.split('.')
  const bytes = Buffer.from(good, 'base64url')
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const s = (order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0')
  const twin = `${head}.${claims}.${Buffer.concat([bytes.subarray(0, 32), Buffer.from(s, 'hex')]).toString('base64url')}`
  assert.equal((await gateway.as(twin, '/github/user')).status, 200)
  assert.equal((await gateway.as(limited, '/github/user')).status, 429)
  assert.equal((await gateway.as(twin, '/github/user')).status, 429)
})

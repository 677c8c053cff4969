import assert from 'node:assert/strict'
import { createHash, createPrivateKey, sign } from 'node:crypto'
import { after, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { dsig, exclusive, pemKeys, rsaSha256, type TemplateReference, template } from '../harness/dsig.ts'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { openYaml } from '../harness/open.ts'
import { signedByXmlsec } from '../harness/xmlsec.ts'

const lifetime: Lifetime = { after }
const [ec, rsa, mallory] = [pemKeys(), pemKeys('rsa'), pemKeys()]
const backend = await startBackend(lifetime)
const rule = 'inspect: { xmlSignature: { keys: { file: ./clients.pem }, xpath: [/order/total, /order/to] } }'
const gateway = await startGateway(lifetime, openYaml({ to: backend.url, api: [rule] }), {
  files: { 'clients.pem': ec.publicPem + rsa.publicPem },
})

const total = '<total Id="t">10</total>'
const to = '<to Id="to">alice@example.com</to>'
const inner = `${total}${to}`
const orderWith = (signature: string, content = inner) => `<order>${content}<note>x</note>${signature}</order>`
const both: readonly TemplateReference[] = [{ uri: '#t' }, { uri: '#to' }]

/** An order signed by xmlsec1, whatever the template asks for. */
const signed = (given: Partial<Parameters<typeof template>[0]> = {}, key = ec, content = inner) =>
  signedByXmlsec(orderWith(template({ references: both, ...given }), content), key, ['total', 'to', 'order', 'Object'])

const good = (await signed()).replace(/^<\?xml.*\?>\s*/, '')
const [signature = ''] = /<Signature.*<\/Signature>/s.exec(good) ?? []
const enveloped = `${dsig}enveloped-signature`

async function send(body: string | Uint8Array) {
  const before = backend.received.length
  const seen = gateway.events.length
  const headers = { 'Content-Type': 'application/xml' }
  const { status } = await gateway.call('/shop/orders', { method: 'POST', body, headers })
  return { status, passed: backend.received.length - before, reason: gateway.events[seen]?.refusal?.reason ?? '' }
}

test('what nobody has touched goes on, by either key', async () => {
  for (const body of [good, await signed({ algorithm: rsaSha256 }, rsa)]) {
    const { status, passed } = await send(body)
    assert.deepEqual([status, passed], [200, 1])
  }
})

const fake = '<total>10000</total>'
const notSigned = /has to be signed is not/
const sameId = /several elements have the id/

const wrappings: readonly (readonly [what: string, body: string, why: RegExp])[] = [
  [
    'the signed element moved into an extension, another in its place',
    good.replace(total, `${fake}<ext>${total}</ext>`),
    notSigned,
  ],
  [
    'another in its place with another id',
    good.replace(total, `<total Id="u">1</total><ext>${total}</ext>`),
    notSigned,
  ],
  ['another beside it', good.replace(total, `${total}${fake}`), notSigned],
  ['another before it', good.replace(total, `${fake}${total}`), notSigned],
  ['the signed element within the other', good.replace(total, `<total>10000<ext>${total}</ext></total>`), notSigned],
  ['another of the same id before it', good.replace(total, `<total Id="t">10000</total><ext>${total}</ext>`), sameId],
  ['another of the same id behind it', good.replace(total, `<ext>${total}</ext><total Id="t">10000</total>`), sameId],
  ['the same id as ID', good.replace(total, `<total ID="t">10000</total><ext>${total}</ext>`), sameId],
  ['the same id as xml:id', good.replace(total, `<total xml:id="t">10000</total><ext>${total}</ext>`), sameId],
  [
    'the same id as wsu:Id',
    good.replace(total, `<total xmlns:w="urn:w" w:Id="t">10000</total><ext>${total}</ext>`),
    sameId,
  ],
  [
    'the signed element in an Object of the signature',
    good.replace(total, fake).replace('</SignatureValue>', `</SignatureValue><Object>${total}</Object>`),
    /in its place/,
  ],
  [
    'the signed element in KeyInfo',
    good.replace(total, fake).replace('</SignatureValue>', `</SignatureValue><KeyInfo>${total}</KeyInfo>`),
    notSigned,
  ],
  [
    'the signed element in SignedInfo',
    good.replace(total, fake).replace('<SignedInfo>', `<SignedInfo>${total}`),
    /in its place/,
  ],
  [
    'the whole signed order within another',
    `<order>${fake}${to.replace('to"', 'x"')}<old>${good}</old></order>`,
    notSigned,
  ],
  [
    'the same name in another namespace in its place',
    good.replace(total, `<total xmlns="urn:x">10000</total><ext>${total}</ext>`),
    /something else than/,
  ],
  ['a signed element taken away', good.replace(to, ''), /leads nowhere/],
  ['a signed element moved to where nobody asks for it', good.replace(to, `<ext>${to}</ext>`), /something else than/],
]

for (const [what, body, why] of wrappings) {
  test(`a signature is of what stands where it is used, not elsewhere: ${what}`, async () => {
    assert.notEqual(body, good)
    const { status, passed, reason } = await send(body)
    assert.deepEqual([status, passed], [400, 0])
    assert.match(reason, why)
  })
}

const forged = await signed({}, mallory, inner.replace('10', '10000'))
const [forgedSignature = ''] = /<Signature.*<\/Signature>/s.exec(forged) ?? []
const emptyDigest = createHash('sha256').update('').digest('base64')
const withComment = (text: string) => text.replace(/<DigestValue>(..)/, '<DigestValue>$1<!-- x -->')

const structures: readonly (readonly [what: string, body: string, why: RegExp])[] = [
  ['by a stranger', forged, /signature is wrong/],
  [
    'by a stranger whose key it brings along',
    forged.replace(
      '</SignatureValue>',
      `</SignatureValue><KeyInfo><KeyValue><ECKeyValue xmlns="http://www.w3.org/2009/xmldsig11#"/></KeyValue></KeyInfo>`,
    ),
    /signature is wrong/,
  ],
  [
    'by a stranger that names a key of ours twice',
    forged.replace('</SignatureValue>', '</SignatureValue><KeyInfo><KeyName>a</KeyName><KeyName>b</KeyName></KeyInfo>'),
    /signature is wrong/,
  ],
  ['a second signature behind it', good.replace('</order>', `${forgedSignature}</order>`), /several signatures/],
  ['a second signature before it', good.replace('<order>', `<order>${forgedSignature}`), /several signatures/],
  ['the same signature twice', good.replace('</order>', `${signature}</order>`), /several signatures/],
  [
    'a signature within the signature',
    good.replace('</SignatureValue>', `</SignatureValue><KeyInfo>${forgedSignature}</KeyInfo>`),
    /several signatures/,
  ],
  ['none', good.replace(signature, ''), /no signature/],
  ['one of another namespace', good.replace(dsig, 'urn:dsig'), /no signature/],
  [
    'a second SignedInfo before it',
    good.replace('<SignedInfo>', '<SignedInfo></SignedInfo><SignedInfo>'),
    /in its place/,
  ],
  [
    'a second SignedInfo behind it',
    good.replace('</SignedInfo>', '</SignedInfo><SignedInfo></SignedInfo>'),
    /in its place/,
  ],
  ['a comment in a digest', withComment(good), /does not belong there/],
  ['a comment in SignedInfo', good.replace('<SignedInfo>', '<SignedInfo><!-- x -->'), /does not belong there/],
  ['a comment in the value', good.replace('<SignatureValue>', '<SignatureValue><!-- x -->'), /does not belong there/],
  ['a section in a digest', good.replace(/<DigestValue>(..)/, '<DigestValue><![CDATA[$1]]>'), /does not belong there/],
  ['an instruction in SignedInfo', good.replace('<SignedInfo>', '<SignedInfo><?x?>'), /does not belong there/],
  ['text in SignedInfo', good.replace('<SignedInfo>', '<SignedInfo>x'), /does not belong there/],
  ['no references', good.replace(/<Reference.*<\/Reference>/s, ''), /signs nothing/],
  ['a reference without URI', good.replace(' URI="#t"', ''), /attribute URI/],
  ['a reference with a type', good.replace(' URI="#t"', ` URI="#t" Type="${dsig}Manifest"`), /attribute URI/],
  [
    'a reference to another document',
    good.replace('URI="#t"', 'URI="http://127.0.0.1:1/x.xml"'),
    /something else than an element/,
  ],
  ['a reference to a file', good.replace('URI="#t"', 'URI="file:///etc/passwd"'), /something else than an element/],
  ['a reference by XPointer', good.replace('URI="#t"', `URI="#xpointer(id('t'))"`), /something else than an element/],
  ['a reference twice', good.replace('URI="#to"', 'URI="#t"'), /two references lead/],
  [
    'a reference to the signature',
    good.replace('<Signature ', '<Signature Id="s" ').replace('URI="#to"', 'URI="#s"'),
    /has to be signed is not/,
  ],
  [
    'an algorithm that is none',
    good.replace(/<SignatureMethod Algorithm="[^"]*"/, '<SignatureMethod Algorithm="none"'),
    /not accepted/,
  ],
  ['an empty value', good.replace(/<SignatureValue>[^<]*/, '<SignatureValue>'), /not base64/],
  ['a value that is no base64', good.replace(/<SignatureValue>/, '<SignatureValue>*'), /not base64/],
  ['an empty digest', good.replace(/<DigestValue>[^<]*/, '<DigestValue>'), /not base64/],
]

for (const [what, body, why] of structures) {
  test(`a signature of another shape is refused: ${what}`, async () => {
    assert.notEqual(body, good)
    const { status, passed, reason } = await send(body)
    assert.deepEqual([status, passed], [400, 0])
    assert.match(reason, why)
  })
}

const texts: readonly (readonly [what: string, body: string, why: RegExp])[] = [
  ['a comment that cuts a signed text in two', good.replace('alice@', 'alice@<!-- -->'), /a comment stands/],
  ['a section that cuts a signed text in two', good.replace('alice@', 'alice@<![CDATA[]]>'), /a CDATA section stands/],
  ['a signed text written as a section', good.replace('>10<', '><![CDATA[10]]><'), /a CDATA section stands/],
  ['an instruction in a signed text', good.replace('alice@', 'alice@<?x?>'), /was changed/],
  ['another text', good.replace('>10<', '>11<'), /was changed/],
  ['white space in a signed text', good.replace('>10<', '> 10<'), /was changed/],
  ['an attribute more', good.replace('<total', '<total unit="k"'), /was changed/],
  ['an element more', good.replace('>10<', '>10<b/><'), /was changed/],
  [
    'another default namespace',
    good.replace('<order>', '<order xmlns="urn:x">').replace('<note>', '<note xmlns="">'),
    /nothing of what/,
  ],
  ['a document type', `<!DOCTYPE order>${good}`, /document type/],
  [
    'an entity for a signed text',
    `<!DOCTYPE order [<!ENTITY e "10">]>${good.replace('>10<', '>&e;<')}`,
    /document type/,
  ],
  [
    'an id by a document type',
    `<!DOCTYPE order [<!ATTLIST x a ID #IMPLIED>]>${good.replace('<note>', '<note a="t">')}`,
    /document type/,
  ],
  [
    'a namespace that has no canonical form',
    good.replace('<order>', '<order xmlns:r="r">').replace(/(<DigestValue>)[^<]*/g, `$1${emptyDigest}`),
    /canonical form|signature is wrong/,
  ],
  ['more nesting than is read', good.replace('<note>', `<note>${'<a>'.repeat(70)}${'</a>'.repeat(70)}`), /deeper/],
  ['more elements than are read', good.replace('<note>', `<note>${'<a/>'.repeat(20_000)}`), /elements/],
]

for (const [what, body, why] of texts) {
  test(`what is signed reads as it was signed: ${what}`, async () => {
    const { status, passed, reason } = await send(body)
    assert.deepEqual([status, passed], [400, 0])
    assert.match(reason, why)
  })
}

const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const filter = '<XPath xmlns:d="http://www.w3.org/2000/09/xmldsig#">not(self::text())</XPath>'

const abuses: readonly (readonly [what: string, given: Partial<Parameters<typeof template>[0]>, why: RegExp])[] = [
  [
    'another canonicalization of a reference',
    { references: [{ uri: '#t', transforms: [inclusive] }, { uri: '#to' }] },
    /transformed otherwise/,
  ],
  [
    'comments counted in a reference',
    { references: [{ uri: '#t', transforms: [`${exclusive}WithComments`] }, { uri: '#to' }] },
    /transformed otherwise/,
  ],
  [
    'no transform',
    { references: [{ uri: '#t', transforms: [] }, { uri: '#to' }] },
    /transformed otherwise|in its place/,
  ],
  [
    'exclusive canonicalization twice',
    { references: [{ uri: '#t', transforms: [exclusive, exclusive] }, { uri: '#to' }] },
    /transformed otherwise/,
  ],
  ['another canonicalization of SignedInfo', { canonical: inclusive }, /canonicalized otherwise/],
  [
    'SHA-1 of a reference',
    { references: [{ uri: '#t', digest: `${dsig}sha1` }, { uri: '#to' }] },
    /digest is by an algorithm/,
  ],
  [
    'more than has to be signed',
    { references: [...both, { uri: '', transforms: [enveloped, exclusive] }] },
    /something else than/,
  ],
  [
    'the whole in place of the parts',
    { references: [{ uri: '', transforms: [enveloped, exclusive] }] },
    /has to be signed is not/,
  ],
  ['a part alone', { references: [{ uri: '#t' }] }, /has to be signed is not/],
]

for (const [what, given, why] of abuses) {
  test(`a genuine signature that says less than it must is refused: ${what}`, async () => {
    const { status, passed, reason } = await send(await signed(given))
    assert.deepEqual([status, passed], [400, 0])
    assert.match(reason, why)
  })
}

test('a genuine signature that leaves texts out by an XPath transform is refused', async () => {
  const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
  const written = template({ references: [{ uri: '#t', transforms: [xpath, exclusive] }, { uri: '#to' }] })
  const filtered = written.replace(
    `<Transform Algorithm="${xpath}"/>`,
    `<Transform Algorithm="${xpath}">${filter}</Transform>`,
  )
  const genuine = await signedByXmlsec(orderWith(filtered), ec, ['total', 'to'])
  const { passed, reason } = await send(genuine.replace('>10<', '>10000<'))
  assert.equal(passed, 0)
  assert.match(reason, /algorithm has parameters/)
})

test('RSA with SHA-1 is refused, genuine as it is', async () => {
  const { passed, reason } = await send(await signed({ algorithm: `${dsig}rsa-sha1` }, rsa))
  assert.equal(passed, 0)
  assert.match(reason, /algorithm that is not accepted/)
})

test('the public key is no secret for an HMAC', async () => {
  for (const algorithm of [`${more}hmac-sha256`, `${dsig}hmac-sha1`]) {
    const written = orderWith(template({ references: both, algorithm }))
    const made = await signedByXmlsec(written, { secret: ec.publicPem + rsa.publicPem }, ['total', 'to'])
    const { passed, reason } = await send(made)
    assert.equal(passed, 0)
    assert.match(reason, /algorithm that is not accepted/)
  }
})

test('a signature over an empty canonical form is none over everything', async () => {
  const [signedInfo = ''] = /<SignedInfo>.*<\/SignedInfo>/s.exec(signature) ?? []
  const value = sign('sha256', new Uint8Array(), {
    key: createPrivateKey(ec.privatePem),
    dsaEncoding: 'ieee-p1363',
  }).toString('base64')
  const voided = good
    .replace(signedInfo, signedInfo.replace('<SignedInfo>', '<SignedInfo xmlns:r="r">'))
    .replace(/<SignatureValue>[^<]*/, `<SignatureValue>${value}`)
  const { passed, reason } = await send(voided)
  assert.equal(passed, 0)
  assert.match(reason, /canonical form|signature is wrong/)
})

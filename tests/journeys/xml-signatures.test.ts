import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { SignedXml } from 'xml-crypto'
import { z } from 'zod'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { dsig, exclusive, pemKeys, rsaSha256, sha256, template } from '../harness/dsig.ts'
import { startGateway } from '../harness/gateway.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'
import { isGoodToXmlsec, signedByXmlsec } from '../harness/xmlsec.ts'

const xml = { 'Content-Type': 'application/xml' }
const keySets = z.object({ keys: z.array(z.record(z.string(), z.string())) })
const order = `<?xml version="1.0"?>
<order xmlns="https://shop.example.com/order" number='7'>
  <total Id="t">12.50</total>
  <!-- the rest may change --><note>fresh</note>
  <items><item><price>2.50</price><name>tea</name></item><item><price>4</price><name>cup</name></item></items>
</order>`

/** The gateway's own key in PEM. */
async function gatewayPem(url: string): Promise<string> {
  const { keys } = keySets.parse(await (await fetch(`${url}/.well-known/jwks.json`)).json())
  const [key = {}] = keys
  return String(createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }))
}

const chosen = '{ xpath: [/o:order/o:total, //o:price], namespaces: { o: "https://shop.example.com/order" }'

interface More {
  readonly status?: number
  readonly type?: string
  readonly files?: Readonly<Record<string, string>>
}

async function answering(t: TestContext, sign: string, body: string, more: More = {}) {
  const backend = await startBackend(t, (_, response) => {
    response.writeHead(more.status ?? 200, { 'Content-Type': more.type ?? 'application/xml', ETag: '"v1"' })
    response.end(body)
  })
  const options = { files: { ...more.files } }
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [`protect: { sign: ${sign} }`] }), options)
  return { gateway, response: await gateway.call('/shop/orders/7') }
}

/** Another implementation's verdict, which reads XML with a parser of its own. */
function isGoodToXmlCrypto(text: string, publicCert: string): boolean {
  const [signature] = /<Signature .*<\/Signature>/s.exec(text) ?? []
  const signed = new SignedXml({ publicCert })
  signed.loadSignature(signature ?? '')
  try {
    return signed.checkSignature(text)
  } catch {
    return false
  }
}

test('[W25] of XML the elements that XPaths choose are signed: they cannot change, everything else may', async t => {
  const rsa = pemKeys('rsa')
  const own = await answering(t, `{ answers: ${chosen} } }`, order)
  const files = { 'own.pem': rsa.privatePem }
  const given = await answering(t, `{ answers: ${chosen}, key: "\${file:./own.pem}", alg: RS256 } }`, order, { files })
  const ownPem = await gatewayPem(own.gateway.url)
  const byXmlsec = (pem: string) => (text: string) => isGoodToXmlsec(text, pem, ['total', 'price'])
  const checks = [
    { answer: given, isGood: byXmlsec(rsa.publicPem) },
    { answer: given, isGood: async (text: string) => isGoodToXmlCrypto(text, rsa.publicPem) },
    { answer: own, isGood: byXmlsec(ownPem) },
  ]
  const texts = new Map([
    [own, await own.response.text()],
    [given, await given.response.text()],
  ])
  for (const { answer, isGood } of checks) {
    const received = texts.get(answer) ?? ''
    const plain = received.replace(/<Signature .*<\/Signature>/s, '').replace(/ Id="_[0-9a-f]{32}"/g, '')
    assert.equal(plain, order, 'everything else keeps its bytes')
    for (const good of [
      received,
      received
        .replace('fresh', 'stale')
        .replace('tea', 'coffee')
        .replace('<!-- the rest may change -->', '')
        .replace("number='7'", 'number="8"'),
    ])
      assert.equal(await isGood(good), true)
    for (const bad of [
      received.replace('12.50', '12.51'),
      received.replace('>4<', '>5<'),
      received.replace(/<price[^>]*>4<\/price>/, ''),
      received.replace('<total', '<total currency="EUR"'),
      received.replace('https://shop.example.com/order', 'https://shop.example.com/orders'),
    ]) {
      assert.notEqual(bad, received)
      assert.equal(await isGood(bad), false, bad)
    }
  }
  assert.equal(own.response.headers.get('etag'), 'W/"v1"')
})

for (const [what, body] of [
  ['as it is', '<a><b>1</b></a>'],
  ['with an instruction before it', '<?xml-stylesheet href="x"?>\n<a/>\n<?p?>'],
] as const) {
  test(`[W25] a whole document may be signed: ${what}`, async t => {
    const { gateway, response } = await answering(t, '{ answers: { xpath: /* } }', body)
    const [received, pem] = [await response.text(), await gatewayPem(gateway.url)]
    assert.equal(await isGoodToXmlsec(received, pem), true)
    assert.equal(await isGoodToXmlsec(received.replace('<a', '<a c="1"'), pem), false)
  })
}

test('ids that were there stay, and serve where they are names that no other has', async t => {
  const body =
    '<a id="1"><total id="1" ID="x"/><total id="7"/><total id="1" xml:id="y">2</total><total id="y7">3</total></a>'
  const { gateway, response } = await answering(t, '{ answers: { xpath: //total } }', body)
  const [received, pem] = [await response.text(), await gatewayPem(gateway.url)]
  const uris = [...received.matchAll(/URI="([^"]*)"/g)].map(([, uri]) => uri?.replace(/_[0-9a-f]{32}/, 'NEW'))
  assert.deepEqual(uris, ['#x', '#NEW', '#y', '#y7'])
  assert.match(received, /<total Id="_[0-9a-f]{32}" id="7"\/>/)
  const forXmlsec = received.replace(' ID="x"', ' Id="x"').replace(' id="y7"', ' Id="y7"')
  assert.equal(await isGoodToXmlsec(forXmlsec, pem, ['total']), false, 'they are signed as well')
})

test('an XPath that no longer finds what it found, once there are ids, signs nothing', async t => {
  const { response } = await answering(t, '{ answers: { xpath: "//total[not(@*)]" } }', '<a><total/></a>')
  assert.equal((await problemOf(response)).code, 'answer-invalid')
})

for (const [alg, type] of [
  ['RS256', 'rsa'],
  ['ES256', 'ec'],
] as const) {
  test(`[W25] a request in XML bears the signature of its chosen elements to the backend, by ${alg}`, async t => {
    const backend = await startBackend(t)
    const { publicPem, privatePem } = pemKeys(type)
    const sign = `{ requests: { xpath: //amount, key: "\${file:./own.pem}", keyid: "<shop> & co", alg: ${alg} } }`
    const gateway = await startGateway(t, openYaml({ to: backend.url, api: [`protect: { sign: ${sign} }`] }), {
      files: { 'own.pem': privatePem },
    })
    const post = (body: string, headers: Record<string, string> = xml) =>
      gateway.call('/shop/pay', { method: 'POST', body, headers })
    assert.equal((await post('<pay><amount>1e2</amount><to>alice</to></pay>')).status, 200)
    const [received] = backend.received
    const body = received?.body.toString() ?? ''
    assert.deepEqual(valuesOf(received, 'content-length'), [String(Buffer.byteLength(body))])
    assert.equal(await isGoodToXmlsec(body.replace('alice', 'bob'), publicPem, ['amount']), true)
    assert.equal(await isGoodToXmlsec(body.replace('1e2', '1e3'), publicPem, ['amount']), false)
    assert.match(body, /<KeyName>&lt;shop&gt; &amp; co<\/KeyName>/)
    for (const bad of ['<pay/>', '<pay>', '<!DOCTYPE pay><pay><amount/></pay>', `<pay><amount/>${body}</pay>`])
      assert.equal((await problemOf(await post(bad))).code, 'body-malformed', bad)
    assert.equal((await post('{}', { 'Content-Type': 'application/json' })).status, 415)
    assert.equal((await post('<pay><amount/></pay>', { ...xml, 'Content-Encoding': 'gzip' })).status, 415)
    assert.equal(backend.received.length, 1)
  })
}

for (const [what, body, type = 'application/xml'] of [
  ['JSON', '{"total":1}', 'application/json'],
  ['no XML', '<total>'],
  ['a document type', '<!DOCTYPE a><a><total/></a>'],
  ['nothing that is chosen', '<a/>'],
  ['a comment in what is chosen', '<a><total>1<!-- 2 -->3</total></a>'],
  ['a CDATA section in what is chosen', '<a><total>1<![CDATA[2]]></total></a>'],
  ['a signature already', `<a><total/><Signature xmlns="${dsig}"/></a>`],
  ['an Id that another has too', '<a><total Id="x"/><b id="x"/></a>'],
  ['an Id that no reference can name', '<a><total Id="x y"/></a>'],
  ['a relative namespace, which has no canonical form', '<a xmlns:b="b"><total/></a>'],
] as const) {
  test(`an answer in XML that cannot be signed does not leave: ${what}`, async t => {
    const sign = '{ answers: { xpath: //total } }'
    const { response } = await answering(t, sign, body, { type })
    assert.equal((await problemOf(response)).code, 'answer-invalid')
    const { response: failed } = await answering(t, sign, body, { type, status: 500 })
    assert.deepEqual([failed.status, await failed.text()], [500, body])
  })
}

/** A gateway that takes orders whose chosen elements are signed by a client's key. */
async function checking(t: TestContext, publicPem: string, more = '') {
  const backend = await startBackend(t)
  const rule = `inspect: { xmlSignature: { keys: { file: ./client.pem }, xpath: [/order/total, //price]${more} } }`
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [rule] }), {
    files: { 'client.pem': publicPem },
  })
  const post = (body: string, headers: Record<string, string> = xml) =>
    gateway.call('/shop/orders', { method: 'POST', body, headers })
  return { backend, gateway, post }
}

const toSign = (signature: string) =>
  `<order><total Id="t">12.50</total><note>fresh</note><price Id="p">4</price>${signature}</order>`

test('[W25] a request whose chosen elements another implementation signed goes on as it came; a change of them is refused', async t => {
  const keys = pemKeys()
  const { backend, gateway, post } = await checking(t, keys.publicPem)
  const references = [{ uri: '#p' }, { uri: '#t', digest: 'http://www.w3.org/2001/04/xmlenc#sha512' }]
  const signed = await signedByXmlsec(toSign(template({ references })), keys, ['total', 'price'])
  for (const good of [signed, signed.replace('fresh', 'stale'), signed.replace('<note>', '<!-- x --><note>')]) {
    assert.equal((await post(good)).status, 200)
    assert.equal(backend.received.at(-1)?.body.toString(), good)
  }
  for (const bad of [
    signed.replace('12.50', '12.51'),
    signed.replace('<price Id="p">4</price>', ''),
    signed.replace('<price', '<price/><price'),
    signed.replace(/<Signature.*<\/Signature>/s, ''),
    toSign(''),
  ]) {
    assert.notEqual(bad, signed)
    const { code, detail } = await problemOf(await post(bad))
    assert.deepEqual(
      [code, detail],
      ['signature-bad', 'The body needs one XML Signature over exactly /order/total and //price.'],
    )
  }
  assert.equal((await problemOf(await post('<order>'))).code, 'body-malformed')
  assert.equal((await post('{}', { 'Content-Type': 'application/json' })).status, 415)
  assert.equal((await problemOf(await gateway.call('/shop/orders', { method: 'POST' }))).code, 'signature-bad')
  assert.equal(backend.received.length, 3)
})

test('[W25] so does one that a library with another parser signed, by RSA, with the signature taken out of what it stands in', async t => {
  const keys = pemKeys('rsa')
  const { post } = await checking(t, keys.publicPem)
  const signer = new SignedXml({
    privateKey: keys.privatePem,
    canonicalizationAlgorithm: exclusive,
    signatureAlgorithm: rsaSha256,
  })
  for (const name of ['total', 'price'])
    signer.addReference({
      xpath: `//*[local-name()="${name}"]`,
      digestAlgorithm: sha256,
      transforms: [`${dsig}enveloped-signature`, exclusive],
    })
  signer.computeSignature(toSign(''))
  const signed = signer.getSignedXml()
  assert.equal((await post(signed)).status, 200)
  assert.equal((await post(signed.replace('12.50', '12.51'))).status, 400)
})

test('a whole document that another implementation signed goes on, and with anything added it does not', async t => {
  const keys = pemKeys()
  const backend = await startBackend(t)
  const rule = 'inspect: { xmlSignature: { keys: { file: ./client.pem }, xpath: /order } }'
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [rule] }), {
    files: { 'client.pem': keys.publicPem },
  })
  const references = [{ uri: '', transforms: [`${dsig}enveloped-signature`, exclusive] }]
  const signed = await signedByXmlsec(toSign(template({ references })), keys)
  const post = (body: string) => gateway.call('/shop/orders', { method: 'POST', body, headers: xml })
  assert.equal((await post(signed)).status, 200)
  assert.equal((await post(signed.replace('fresh', 'stale'))).status, 400)
})

test('keys may have to be called as the caller is', async t => {
  const keys = pemKeys()
  const { post } = await checking(t, keys.publicPem, ', of: user')
  const signed = await signedByXmlsec(toSign(template({ references: [{ uri: '#t' }, { uri: '#p' }] })), keys, [
    'total',
    'price',
  ])
  assert.equal((await problemOf(await post(signed))).code, 'signature-bad', 'nobody is called anything here')
})

test('XPaths that lead to no elements, or do not go with the rest, refuse to load with their place', async t => {
  for (const [rule, mistake] of [
    ['protect: { sign: { answers: { xpath: //a/@b } } }', /sign\.answers\.xpath: \/\/a\/@b leads to attributes/],
    ['protect: { sign: { answers: { xpath: [//a, //h:a] } } }', /sign\.answers\.xpath: \/\/h:a: the prefix h/],
    ['protect: { sign: { answers: { xpath: //a, at: $.a } } }', /sign\.answers: xpath goes without at/],
    ['protect: { sign: { answers: { xpath: //a, header: X } } }', /sign\.answers: xpath goes without at and header/],
    [
      'inspect: { xmlSignature: { keys: { file: ./k.pem }, xpath: //a/text() } }',
      /xmlSignature\.xpath: .*leads to texts/,
    ],
    ['inspect: { xmlSignature: { keys: { file: ./k.pem }, xpath: //a, algorithms: [HS256] } }', /algorithms\[0\]/],
  ] as const) {
    const options = { files: { 'k.pem': pemKeys().publicPem } }
    const [first = ''] = await mistakesOf(t, openYaml({ to: 'http://127.0.0.1:1', api: [rule] }), options)
    assert.match(first, mistake, rule)
  }
})

test('HEAD tells of what would be signed neither the length nor a digest, and the tag that GET tells', async t => {
  const backend = await startBackend(t, (_, response) => {
    const told = { 'Content-Type': 'application/xml', 'Content-Length': order.length, 'Content-MD5': 'x', ETag: '"v1"' }
    response.writeHead(200, told).end(order)
  })
  const gateway = await startGateway(
    t,
    openYaml({ to: backend.url, api: [`protect: { sign: { answers: ${chosen} } } }`] }),
  )
  const [head, got] = [await gateway.call('/shop/o', { method: 'HEAD' }), await gateway.call('/shop/o')]
  assert.deepEqual(
    ['content-length', 'content-md5', 'etag'].map(name => head.headers.get(name)),
    [null, null, 'W/"v1"'],
  )
  assert.equal(got.headers.get('etag'), 'W/"v1"')
})

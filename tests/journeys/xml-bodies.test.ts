import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answer, startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const schema = `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="items">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="item" maxOccurs="unbounded">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="id" type="xs:string"/>
              <xs:element name="count" type="xs:int"/>
              <xs:element name="price" type="xs:decimal"/>
            </xs:sequence>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>`

async function stand(t: TestContext, rules: string, answer?: Answer) {
  const backend = await startBackend(t, answer)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [rules] }), { files: { 'items.xsd': schema } })
  const post = (body: string | Uint8Array, type = 'application/xml') =>
    gateway.call('/shop/items', { method: 'POST', body, headers: { 'Content-Type': type } })
  return { backend, gateway, post }
}

const item = (inner = '<id>a</id><count>1</count><price>1.50</price>') => `<items><item>${inner}</item></items>`

test('[W22] an XML item without its id, count or price is a 400 that names the place; a good one goes on byte for byte', async t => {
  const { backend, post } = await stand(t, 'inspect: { xml: ./items.xsd }')
  const good = `<?xml version="1.0"?>\n<!-- mine -->${item()}`
  assert.equal((await post(good)).status, 200)
  assert.equal(backend.received[0]?.body.toString(), good)
  for (const [inner, place, message] of [
    ['<count>1</count><price>1</price>', '/items/item/count', 'is not expected here; expected: id'],
    ['<id>a</id><price>1</price>', '/items/item/price', 'is not expected here; expected: count'],
    ['<id>a</id><count>1</count>', '/items/item', 'lacks a child; expected: price'],
    ['<id>a</id><count>hunter2</count><price>1</price>', '/items/item/count', 'has a value of another type'],
    ['<id>a</id><count>1</count><price>1</price><more/>', '/items/item/more', 'is not expected here'],
  ] as const) {
    const response = await post(item(inner))
    assert.equal(response.status, 400, inner)
    const { code, errors } = await problemOf(response)
    assert.equal(code, 'input-invalid')
    assert.deepEqual(errors, { [place]: [message] })
  }
  assert.equal(backend.received.length, 1)
})

test('[W22] an answer whose element is wrong is a 502 that tells the caller nothing', async t => {
  const answer: Answer = (_, response) => {
    response.setHeader('Content-Type', 'application/xml')
    response.end(item('<id>a</id><count>many</count><price>1</price>'))
  }
  const { gateway } = await stand(t, 'protect: { xml: ./items.xsd }', answer)
  const response = await gateway.call('/shop/items')
  assert.equal(response.status, 502)
  assert.doesNotMatch(await response.text(), /count|many|items/)
  assert.match(gateway.events[0]?.refusal?.reason ?? '', /another type/)
  const reporting = await stand(t, 'protect: { xml: { schema: ./items.xsd, mode: report } }', answer)
  assert.equal((await reporting.gateway.call('/shop/items')).status, 200)
  assert.match(reporting.gateway.events[0]?.findings?.[0]?.reason ?? '', /another type/)
})

const bomb = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'b'.repeat(i + 1)} "${'&a;'.repeat(10)}">`).join('')}]>${item('<id>&bbbbbbbbb;</id>')}`

const hostile: readonly [what: string, body: string | Uint8Array, status: number, type?: string][] = [
  ['an external entity', `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${item('<id>&x;</id>')}`, 400],
  ['an external document type', `<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">${item()}`, 400],
  ['a bomb of entities', bomb, 400],
  ['a document type behind comments', `<?xml version="1.0"?>\n<!-- a --><?b c?>\n<!DOCTYPE a>${item()}`, 400],
  ['a document type behind a hundred thousand comments', `${'<!-- -->'.repeat(100_000)}<!DOCTYPE a>${item()}`, 400],
  ['a document type in lower case', `<!doctype a>${item()}`, 400],
  ['an entity that nobody declares', item('<id>&x;</id><count>1</count><price>1</price>'), 400],
  ['UTF-16', Buffer.from(`\ufeff<!DOCTYPE a []>${item()}`, 'utf16le'), 400],
  ['a declaration of another encoding', `<?xml version="1.0" encoding="UTF-7"?>${item()}`, 400],
  ['a media type of another encoding', item(), 415, 'application/xml; charset=utf-16'],
  ['JSON', '{}', 415, 'application/json'],
  ['a thousand elements inside each other', '<a>'.repeat(1000) + '</a>'.repeat(1000), 400],
  ['a hundred thousand elements', `<items>${'<item/>'.repeat(100_000)}</items>`, 400],
  ['an unclosed comment', `<!-- ${'-'.repeat(100_000)}`, 400],
  ['an unclosed element', '<items><item>', 400],
  ['two documents', item() + item(), 400],
  ['a namespace that nobody declares', '<x:items/>', 400],
  ['nothing', '', 400],
  ['white space', '  \n', 400],
  ['a NUL', item('<id>\u0000</id>'), 400],
]

test('[W22] entities, document types and bombs are refused, and the backend is not called', async t => {
  const { backend, post } = await stand(t, 'inspect: { xml: true }')
  for (const [what, body, status, type] of hostile) {
    if (body.length === 0) continue
    assert.equal((await post(body, type)).status, status, what)
  }
  assert.equal(backend.received.length, 0)
  assert.equal((await post('<a><![CDATA[<!DOCTYPE html>]]></a>')).status, 200)
})

test('where a schema is named all of them are refused too, and a document that names its own schema is judged by ours', async t => {
  const { backend, post } = await stand(t, 'inspect: { xml: ./items.xsd }')
  for (const [what, body, status, type] of hostile) assert.equal((await post(body, type)).status, status, what)
  const own =
    '<items xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="/etc/passwd"/>'
  assert.equal((await post(own)).status, 400)
  assert.equal(backend.received.length, 0)
})

for (const [what, text, told] of [
  ['no XML', '<xs:schema', /is not well-formed/],
  ['no schema', '<a/>', /The XML document 'in_memory_buffer' is not a schema document|not a schema/],
  ['an entity', `<!DOCTYPE a []>${schema}`, /document type/],
  [
    'another file',
    schema.replace('<xs:element name="items">', '<xs:include schemaLocation="/etc/passwd"/>$&'),
    /refers to others/,
  ],
  [
    'a pattern that may take long',
    schema.replace(
      'type="xs:string"/>',
      '><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="(a|aa)+b"/></xs:restriction></xs:simpleType></xs:element>',
    ),
    /\(a\|aa\)\+b may take too long/,
  ],
] as const) {
  test(`an XML Schema with ${what} does not load, and says why`, async t => {
    const yaml = openYaml({ to: 'http://127.0.0.1:1', api: ['inspect: { xml: ./items.xsd }'] })
    const [first = ''] = await mistakesOf(t, yaml, { files: { 'items.xsd': text } })
    assert.match(first, told)
  })
}

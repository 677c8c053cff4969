import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'
import { json, startRedacting, startRedactingFor } from '../harness/redacting.ts'
import { testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const xml = { 'Content-Type': 'application/xml; charset=utf-8' }

const patients = `<?xml version="1.0"?>
<hospital>
  <patient doctor='adams'><name>Ann &#65;rcher</name><email>ann.archer@example.com</email><history><entry>wrist</entry></history></patient>
  <ward><patient doctor="brown"><email>ben@example.com</email><history>heart</history></patient></ward>
</hospital>`

const rules = [
  '{ xpath: //history, unless: { roles: [doctor], same: [./@doctor, caller.sub] } }',
  '{ xpath: //name, unless: { roles: [doctor, staff] } }',
  '{ xpath: //email, unless: { roles: [doctor, staff] }, mask: { first: 2 } }',
]
const forStaff = `[${rules.join(', ')}]`

test('[W18] in XML the history is for the assigned doctor, name and e-mail are for staff; the rest keeps its bytes', async t => {
  const { as } = await startRedactingFor(t, issuer, forStaff, { headers: xml, body: patients })
  const seen = async (claims: object) => (await as(claims)).text()
  const [wrist, heart] = ['<history><entry>wrist</entry></history>', '<history>heart</history>']
  assert.equal(await seen({ sub: 'adams', roles: ['doctor'] }), patients.replace(heart, ''))
  assert.equal(await seen({ sub: 'brown', roles: ['doctor'] }), patients.replace(wrist, ''))
  assert.equal(await seen({ sub: 'adams', roles: ['staff'] }), patients.replace(wrist, '').replace(heart, ''))
  assert.equal(
    await seen({ sub: 'davis', roles: ['statistics'] }),
    patients
      .replace(wrist, '')
      .replace(heart, '')
      .replace('<name>Ann &#65;rcher</name>', '')
      .replace('ann.archer@example.com', 'an***')
      .replace('ben@example.com', 'be***'),
  )
})

const errors = '<error><user ssn="1" s:ssn="2" xmlns:s="urn:s"><ssn>078-05-1120</ssn></user></error>'
const ssn = '{ rules: [{ xpath: //ssn }, { xpath: //@ssn }, { xpath: //@s:ssn }], namespaces: { s: "urn:s" } }'

for (const [what, given] of [
  ['with status 201', { status: 201 }],
  ['with status 404', { status: 404, headers: { 'Content-Type': 'application/problem+xml' } }],
  ['with status 500', { status: 500, headers: { 'Content-Type': 'text/xml' } }],
  ['in gzip', { headers: { ...xml, 'Content-Encoding': 'gzip' }, body: gzipSync(errors) }],
  ['in deflate', { headers: { ...xml, 'Content-Encoding': 'deflate' }, body: deflateSync(errors) }],
  ['in br', { headers: { ...xml, 'Content-Encoding': 'br' }, body: brotliCompressSync(errors) }],
] as const) {
  test(`[W19] elements and attributes are absent from an XML answer ${what}`, async t => {
    const { get } = await startRedacting(t, ssn, { headers: xml, body: errors, ...given })
    const response = await get()
    assert.equal(await response.text(), '<error><user xmlns:s="urn:s"></user></error>')
    assert.equal(response.headers.get('content-encoding'), null)
  })
}

test('[W19] an element is absent from an XML answer that was kept, for those who may not see it', async t => {
  const given = { headers: { ...xml, 'Cache-Control': 'public, max-age=60', ETag: '"v1"' }, body: patients }
  const rules = '[{ xpath: //history, unless: { roles: [buyer] } }]'
  const { as, backend } = await startRedactingFor(t, issuer, rules, given, 'cache: true')
  const [all, less] = [await as({ roles: ['buyer'] }), await as({ roles: ['clerk'] })]
  assert.equal(backend.received.length, 1)
  assert.equal(await all.text(), patients)
  assert.doesNotMatch(await less.text(), /history|wrist|heart/)
  assert.match(less.headers.get('etag') ?? '', /^W\//)
  const again = await as({ roles: ['clerk'] }, { 'If-None-Match': less.headers.get('etag') ?? '' })
  assert.equal(again.status, 304)
})

test('a gateway may have rules for JSON and for XML, each for its own answers', async t => {
  const rules = '[{ at: $..ssn }, { xpath: //ssn, mask: true }]'
  const read = async (headers: Record<string, string>, body: string) =>
    (await (await startRedacting(t, rules, { headers, body })).get()).text()
  assert.equal(await read(json, '{"ssn":1,"n":2}'), '{"n":2}')
  assert.equal(await read(xml, '<a><ssn>1</ssn></a>'), '<a><ssn>***</ssn></a>')
})

const secret = '078-05-1120'

for (const [what, given] of [
  ['a document type', { body: `<!DOCTYPE a [<!ENTITY s "${secret}">]><a>&s;</a>` }],
  ['a document type behind a comment', { body: `<!-- x --><!DOCTYPE ssn><ssn>${secret}</ssn>` }],
  ['an entity that nobody declared', { body: `<a>&s;<b>${secret}</b></a>` }],
  ['what is not well-formed', { body: `<a><ssn>${secret}</a>` }],
  ['another encoding', { body: Buffer.from(`<?xml version="1.0" encoding="utf-16"?><ssn>${secret}</ssn>`, 'utf16le') }],
  ['a declaration of another encoding', { body: `<?xml version="1.0" encoding="UTF-7"?><ssn>${secret}</ssn>` }],
  ['another charset', { headers: { 'Content-Type': 'text/xml; charset=iso-8859-1' }, body: `<ssn>${secret}</ssn>` }],
  ['deep nesting', { body: `${'<a>'.repeat(65)}${secret}${'</a>'.repeat(65)}` }],
  ['more elements than are read', { body: `<a>${'<b/>'.repeat(20_000)}<ssn>${secret}</ssn></a>` }],
  ['a namespace that no rule knows', { body: `<a xmlns="urn:x"><ssn>${secret}</ssn></a>` }],
  ['JSON, for which there is no rule', { headers: json, body: `{"ssn":"${secret}"}` }],
  ['HTML', { headers: { 'Content-Type': 'text/html' }, body: `<p>${secret}</p>` }],
  ['a part', { status: 206, headers: { ...xml, 'Content-Range': 'bytes 0-1/9' }, body: `${secret}` }],
] as const) {
  test(`an XML answer that no rule can read does not leave: ${what}`, async t => {
    const { get, gateway } = await startRedacting(t, '[{ xpath: //ssn }]', { headers: xml, ...given })
    const response = await get()
    assert.equal(response.status, 502)
    assert.equal((await problemOf(response)).code, 'answer-invalid')
    assert.doesNotMatch(JSON.stringify(gateway.events), /078-05/)
  })
}

test('a rule that would take the root away is a 502, for what it leaves would be no document', async t => {
  const { get } = await startRedacting(t, '[{ xpath: //ssn }]', { headers: xml, body: `<ssn>${secret}</ssn>` })
  assert.equal((await problemOf(await get())).code, 'answer-invalid')
})

test('an XPath that is wrong, in a rule, a record or a relation, refuses to load with its place', async t => {
  for (const [redact, mistake] of [
    ['[{ xpath: //a }, { xpath: "//a[" }]', /^apis\.shop\.protect\.redact\[1\]\.xpath: needs an XPath/],
    ['[{ xpath: //a//b }]', /redact\[0\]\.xpath: \/\/ stands at the beginning only/],
    ['[{ xpath: //h:a }]', /redact\[0\]\.xpath: the prefix h is not declared/],
    [
      '{ rules: [{ xpath: //h:a }], namespaces: { i: "urn:h" } }',
      /redact\.rules\[0\]\.xpath: the prefix h is not declared/,
    ],
    ['{ rules: [{ xpath: //a }], namespaces: { "h i": "urn:h" } }', /redact\.namespaces\["h i"\]: .*needs a prefix/],
    ['[{ xpath: //a, record: $.b }]', /redact\[0\]\.record: needs an XPath/],
    ['[{ xpath: //a, unless: { same: ["@.b", caller.sub] } }]', /redact\[0\]\.unless: @\.b is nothing/],
    ['[{ xpath: //a, unless: { same: [.//b, caller.sub] } }]', /redact\[0\]\.unless: needs an XPath/],
    ['[{ at: $..a, unless: { same: [./b, caller.sub] } }]', /redact\[0\]\.unless: \.\/b is nothing/],
    ['[{ at: $..a, record: //b }]', /redact\[0\]\.record: needs a JSONPath/],
    ['[{ at: $..a, xpath: //a }]', /redact\[0\]: needs one of at and xpath/],
    ['[{ mask: true }]', /redact\[0\]: needs one of at and xpath/],
    ['[{ xpath: //a, replace: { b: 1 } }]', /redact\[0\]\.replace: needs a text/],
  ] as const) {
    const yaml = openYaml({ to: 'http://127.0.0.1:1', api: [`protect: { redact: ${redact} }`] })
    const [first = ''] = await mistakesOf(t, yaml)
    assert.match(first, mistake, redact)
  }
})

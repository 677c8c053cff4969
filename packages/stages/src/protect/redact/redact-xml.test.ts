import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '@sallyport/core'
import fc from 'fast-check'
import * as lib from 'libxml2-wasm'
import { callWith } from '../../testing/call.ts'
import { XmlError } from '../../xml/prolog.ts'
import { redactXml } from './redact-xml.ts'
import { readRules, rulesFor } from './rules.ts'
import { settings } from './settings.ts'

const key = Buffer.alloc(32, 7)

const nobody: Principal = {
  user: undefined,
  application: undefined,
  actors: [],
  credential: { kind: 'anonymous', id: '' },
  scopes: new Set(),
  roles: new Set(),
  groups: new Set(),
  claims: {},
}

const adams: Principal = {
  ...nobody,
  user: { issuer: 'https://id.example.com', subject: 'adams' },
  roles: new Set(['doctor']),
}

function redacted(written: unknown, text: string, principal = nobody): string {
  const config = settings.parse(written)
  const parts = { key, lib, conditions: new Map() }
  const { rules, view } = rulesFor(readRules(config, parts), { call: callWith({}), principal })
  const own = rules.filter(rule => rule.language === 'xml')
  const namespaces = new Set(Object.values(config.namespaces))
  return Buffer.from(redactXml(Buffer.from(text), own, view, { lib, elements: config.elements, namespaces })).toString()
}

for (const [what, xpath, text, left] of [
  ['an element', '//b', '<a ><b>1</b >\n <c  x = "1"/></a>', '<a >\n <c  x = "1"/></a>'],
  ['an element of one tag', '/a/b', '<a><b/><c/></a>', '<a><c/></a>'],
  ['elements within each other', '//b', '<a>1<b>2<b>3</b></b>4<c><b/></c></a>', '<a>14<c></c></a>'],
  ['an attribute', '//@b', '<a  b=\'>\' c="1"><d\n b = "\'"/></a>', '<a c="1"><d/></a>'],
  ['all attributes', '//d/@*', '<a b="1"><d e="1"  f="2"/></a>', '<a b="1"><d/></a>'],
  ['an attribute of a namespace', '//@xml:lang', '<a xml:lang="x" lang="y"/>', '<a lang="y"/>'],
  ['texts', '//b/text()', '<a><b>1<c>2</c>3<![CDATA[<4>]]></b>5</a>', '<a><b><c>2</c></b>5</a>'],
  [
    'what a condition finds',
    "//b[@k = 'x']/c",
    '<a><b k="x"><c/></b><b k="y"><c/></b></a>',
    '<a><b k="x"></b><b k="y"><c/></b></a>',
  ],
  [
    'what no tag is',
    '//b',
    '<a x=\'&lt;b>\' y="/>"><!--<b>--><![CDATA[<b>]]><b/></a>',
    '<a x=\'&lt;b>\' y="/>"><![CDATA[<b>]]></a>',
  ],
] as const) {
  test(`what is removed goes, and everything else keeps its bytes: ${what}`, () => {
    assert.equal(redacted([{ xpath }], text), left)
  })
}

test('a declaration, line ends, entities and sections keep their bytes; comments and instructions go', () => {
  const text = `\ufeff<?xml version="1.0" encoding='utf-8'?>\r\n<!-- ssn --><?x ssn?>\r\n<a t='&#65;&amp;'>é\r\n<![CDATA[<b>]]><!--<b>--><c>x</c><b/></a>\r\n<!-- z -->`
  const left = `\ufeff<?xml version="1.0" encoding='utf-8'?>\r\n\r\n<a t='&#65;&amp;'>é\r\n<![CDATA[<b>]]><c>x</c></a>\r\n`
  assert.equal(redacted([{ xpath: '//b' }], text), left)
})

test('a text is masked, cut, hashed or replaced, and what it becomes can say nothing but text', () => {
  const one = (action: object, text = '<a><b c="1">Ann &amp; Archer</b></a>') =>
    redacted([{ xpath: '//b', ...action }], text)
  assert.equal(one({ mask: { first: 4 } }), '<a><b c="1">Ann ***</b></a>')
  assert.equal(one({ mask: { first: 6, last: 1 } }), '<a><b c="1">***</b></a>')
  assert.equal(one({ truncate: 5 }), '<a><b c="1">Ann &amp;</b></a>')
  assert.equal(one({ replace: '</b><x a="\t">' }), '<a><b c="1">&lt;/b&gt;&lt;x a=&quot;&#9;&quot;&gt;</b></a>')
  assert.equal(one({ replace: 1.5 }), '<a><b c="1">1.5</b></a>')
  assert.match(one({ hash: true }), /^<a><b c="1">[\w-]{43}<\/b><\/a>$/)
  assert.equal(one({ mask: true }, '<a><b/></a>'), '<a><b>***</b></a>')
  assert.equal(one({ mask: true }, '<a><b>x<!-- y --><![CDATA[z]]></b></a>'), '<a><b>***</b></a>')
  assert.equal(one({ truncate: 1 }, '<a><b>x<c>y</c></b></a>'), '<a></a>', 'of what holds elements nothing is left')
  assert.equal(one({ replace: '' }, '<a><b>x<c>y</c></b></a>'), '<a><b></b></a>')
  const attribute = redacted([{ xpath: '//@c', replace: '"\n<' }], "<a><b c='1'/></a>")
  assert.equal(attribute, "<a><b c='&quot;&#10;&lt;'/></a>")
  assert.equal(redacted([{ xpath: '//b/text()', mask: { last: 1 } }], '<a><b>abc</b></a>'), '<a><b>***c</b></a>')
})

test('of several rules for one place the strongest is taken, whatever their order', () => {
  const rules = [
    { xpath: '//b', truncate: 1 },
    { xpath: '/a/b', mask: true },
    { xpath: '//@c', truncate: 1 },
  ]
  const text = '<a><b c="12">34</b></a>'
  assert.equal(redacted(rules, text), '<a><b c="1">***</b></a>')
  assert.equal(redacted(rules.toReversed(), text), '<a><b c="1">***</b></a>')
  assert.equal(redacted([...rules, { xpath: '//b' }], text), '<a></a>')
})

test('a relation is judged for each match by its record', () => {
  const text =
    '<ps><p doctor="adams"><h>1</h></p><p doctor="brown"><h>2</h></p><p><h>3</h></p><p doctor="adams"><n><h>4</h></n></p></ps>'
  const unless = { roles: ['doctor'], same: ['./@doctor', 'caller.sub'] }
  const near = '<ps><p doctor="adams"><h>1</h></p><p doctor="brown"></p><p></p><p doctor="adams"><n></n></p></ps>'
  assert.equal(redacted([{ xpath: '//h', unless }], text, adams), near)
  const wide = near.replace('<n></n>', '<n><h>4</h></n>')
  assert.equal(redacted([{ xpath: '//h', record: '/ps/p', unless }], text, adams), wide)
  assert.doesNotMatch(redacted([{ xpath: '//h', unless }], text), /<h>/)
  const head = { same: ['/ps/head', 'caller.sub'] }
  assert.equal(
    redacted([{ xpath: '//h', unless: head }], '<ps><head>adams</head><h/></ps>', adams),
    '<ps><head>adams</head><h/></ps>',
  )
  assert.equal(redacted([{ xpath: '//h', unless: head }], '<ps><h/></ps>', adams), '<ps></ps>')
  assert.equal(
    redacted(
      [{ xpath: '//@x', unless: { same: ['./@y', 'caller.sub'] } }],
      '<a><b x="1" y="adams"/><b x="2" y="z"/></a>',
      adams,
    ),
    '<a><b x="1" y="adams"/><b y="z"/></a>',
  )
})

test('names are those of declared namespaces, and what uses another one is not read', () => {
  const rules = [{ xpath: '//h:b' }]
  const namespaces = { h: 'urn:h' }
  assert.equal(
    redacted({ rules, namespaces }, '<a xmlns="urn:h"><b/><x xmlns=""><b/></x></a>'),
    '<a xmlns="urn:h"><x xmlns=""><b/></x></a>',
  )
  assert.equal(redacted({ rules, namespaces }, '<q:a xmlns:q="urn:h"><q:b/></q:a>'), '<q:a xmlns:q="urn:h"></q:a>')
  for (const text of ['<a xmlns="urn:i"><b/></a>', '<a xmlns:h="urn:i"><h:b/></a>', "<a><b xmlns:i='urn:i' /></a>"])
    assert.throws(() => redacted({ rules, namespaces }, text), /uses the namespace urn:i/)
})

test('what cannot be read, or would be no document any more, is refused', () => {
  for (const text of [
    '',
    '<a>',
    '<a></b>',
    '<a/><a/>',
    '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    '<a>&e;</a>',
    `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`,
    `<a>${'<b/>'.repeat(20_000)}</a>`,
    '<a b="1" b="2"/>',
  ])
    assert.throws(() => redacted([{ xpath: '//b' }], text), XmlError, text.slice(0, 30))
  assert.throws(() => redacted([{ xpath: '//a' }], '<a/>'), /lose its root/)
  assert.equal(redacted([{ xpath: '/a', replace: '' }], '<a>x<b/></a>'), '<a></a>')
})

const escaped = (text: string) => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)

/** Trees of elements, attributes and texts, with the signs that are told apart. */
const { tree } = fc.letrec(tie => {
  const words = fc.constantFrom('x', ' ', '<b>', '</b>', '"', "'", '>', '&', ']]', '-->', 'b="1"')
  return {
    tree: fc
      .tuple(
        fc.constantFrom('a', 'b', 'c'),
        fc.option(words),
        fc.array(fc.oneof({ maxDepth: 4 }, tie('text'), tie('tree')), { maxLength: 4 }),
      )
      .map(
        ([name, value, parts]) =>
          `<${name}${value === null ? '' : ` b="${escaped(value)}"`}>${parts.join('')}</${name}>`,
      ),
    text: fc.oneof(
      words.map(escaped),
      words.filter(word => word !== ']]').map(word => `<![CDATA[${word}]]>`),
      words.filter(word => word !== '-->').map(word => `<!--${word}-->`),
    ),
  }
})

test('whatever the document, an element and an attribute that go are gone, and another reading finds the rest', () => {
  fc.assert(
    fc.property(tree, body => {
      const text = `<r>${body}</r>`
      const left = lib.XmlDocument.fromString(redacted([{ xpath: '//b' }, { xpath: '//@b' }], text))
      const before = lib.XmlDocument.fromString(text)
      for (const node of before.find('//@b')) node.remove()
      for (const node of before.find('//b[not(ancestor::b)] | //comment()[not(ancestor::b)]')) node.remove()
      assert.equal(left.canonicalizeToString(), before.canonicalizeToString())
      left.dispose()
      before.dispose()
    }),
    { numRuns: 200 },
  )
})

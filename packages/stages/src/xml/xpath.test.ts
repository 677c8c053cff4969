import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XmlDocument } from 'libxml2-wasm'
import { BadXPath, requireRecordXPath, requireXPath } from './xpath.ts'

const namespaces = { h: 'urn:h', _x: 'urn:x' }

const read = [
  '/*',
  '//patient/history',
  '/h:ward/_x:*/@*',
  '//item[kind = "x"]/note/text()',
  '//item[@a <= 2 and not(b/c) or (d/@e >= 1.5)][2]',
  ' // text() ',
  '//and[or = "or"]/div/text',
  '//*[. = "x"]/@xml:id',
  '//a[text() = "|//::"]',
  '//größe/a-b.c',
]

test('what is read is what libxml2 reads too', () => {
  const document = XmlDocument.fromString('<a/>')
  for (const text of read) {
    requireXPath(text, namespaces)
    assert.ok(Array.isArray(document.find(text, namespaces)), text)
  }
  document.dispose()
})

const refused: readonly (readonly [text: string, why: RegExp])[] = [
  ['', /needs an XPath/],
  ['patient', /needs an XPath/],
  ['$..a', /needs an XPath/],
  ['/', /needs an XPath/],
  ['//', /needs an XPath/],
  ['//a/', /needs an XPath/],
  ['//a[', /needs an XPath/],
  ['//a[b', /needs an XPath/],
  ['//a]', /needs an XPath/],
  ['//a["x]', /needs an XPath/],
  ['//a//b', /beginning only/],
  ['/a//b', /beginning only/],
  ['//a[b//c]', /needs an XPath/],
  ['//a[//b]', /needs an XPath/],
  ['//a[/b]', /needs an XPath/],
  ['//a[b = c]', /"text" or a number/],
  ['//a[b != "x"]', /write not\(/],
  ['//a[count(b) > 1]', /count\(\) are not used/],
  ['//a[contains(., "x")]', /contains\(\) are not used/],
  ['//a[position() = 1]', /position\(\) are not used/],
  ['//comment()', /functions are not used/],
  ['//node()', /functions are not used/],
  ['id("x")', /needs an XPath/],
  ['document("http://x/")', /needs an XPath/],
  ['//a | //b', /another entry/],
  ['//a/..', /step up/],
  ['//a/./b', /step up/],
  ['//a/parent::b', /axes/],
  ['//@a/b', /needs an XPath/],
  ['//q:a', /prefix q is not declared/],
  ['//constructor:a', /prefix constructor is not declared/],
  ['//a[1 + 1]', /needs an XPath/],
  ['//a[$x]', /needs an XPath/],
]

test('what is no XPath, or could take longer than its document, is refused', () => {
  for (const [text, why] of refused)
    assert.throws(
      () => requireXPath(text, namespaces),
      error => error instanceof BadXPath && why.test(error.message),
      text,
    )
})

test('a path from a record begins at it', () => {
  for (const text of ['.', './a', './h:a/@b', './a[b = 1]/text()']) requireRecordXPath(text, namespaces)
  for (const text of ['a', './/a', '..', '/a', './', '@a'])
    assert.throws(() => requireRecordXPath(text, namespaces), BadXPath, text)
})

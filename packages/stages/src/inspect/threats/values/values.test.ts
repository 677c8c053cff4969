import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '@sallyport/core'
import fc from 'fast-check'
import { valuesOfBody } from './body.ts'
import { pairsIn } from './pairs.ts'
import { valuesOfXml } from './xml.ts'

const read = (type: string, text: string, isPinned = (_: string) => false) =>
  [...(valuesOfBody({ type, bytes: Buffer.from(text) }, isPinned) ?? [])].map(({ at, text: value }) => [at, value])

test('names and values of a form are read as a backend reads them; where a name is none, as one text too', () => {
  assert.deepEqual(
    [...pairsIn('a=1+2&b%20c=%41%zz&d&=e', 'query')].map(({ at, text }) => [at, text]),
    [
      ['query-name', 'a'],
      ['query:a', '1 2'],
      ['query-name', 'b c'],
      ['query:b c', 'A%zz'],
      ['query-name', 'b c=A%zz'],
      ['query-name', 'd'],
      ['query:', 'e'],
    ],
  )
})

test('keys and texts of JSON stand at their pointers; numbers and what a schema pins are left out', () => {
  const text = '{"a/b":["x",1,true,null],"id":"pinned"}'
  const found = read('application/json', text, pointer => pointer === '/id')
  assert.deepEqual(found.sort(), [
    ['json-key', 'a/b'],
    ['json-key', 'id'],
    ['json:/a~1b/0', 'x'],
  ])
})

test('of XML the texts, attributes, comments and declarations are read', () => {
  const text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a x="1>2" y=\'3\'>t<!--u--><![CDATA[v]]></a>'
  assert.deepEqual(
    [...valuesOfXml(text)].map(({ at, text: value }) => [at, value]),
    [
      ['xml', '<!DOCTYPE a [<!ENTITY b "c">]>'],
      ['xml:@x', '1>2'],
      ['xml:@y', '3'],
      ['xml', 't'],
      ['xml', 'u'],
      ['xml', 'v'],
    ],
  )
})

test('lines of JSON are read one by one, at the same places', () => {
  assert.deepEqual(read('application/x-ndjson', '{"a":"b"}\r\n\n{"a":["c"]}'), [
    ['json-key', 'a'],
    ['json:/a', 'b'],
    ['json-key', 'a'],
    ['json:/a/0', 'c'],
  ])
  assert.throws(() => read('application/jsonl', '{"a":1}\n{"a":'), Problem)
})

test('of a multipart form fields, file names and files of text are read, not pictures', () => {
  const part = (header: string, body: string) => `--x\r\nContent-Disposition: form-data; ${header}\r\n\r\n${body}\r\n`
  const text = `${part('name="a"', 'b')}${part('name="f"; filename="c\\"d.png"', '\x89PNG\0<script>')}${part('name="g"; filename="e"', 'text')}--x--`
  assert.deepEqual(read('multipart/form-data; boundary=x', text), [
    ['form-name', 'a'],
    ['form:a', 'b'],
    ['form-name', 'f'],
    ['file-name', 'c"d.png'],
    ['form-name', 'g'],
    ['file-name', 'e'],
    ['file:g', 'text'],
  ])
})

test('whatever a body holds is read or refused', () => {
  const types = [
    ...['application/json', 'application/xml', 'text/plain', 'application/x-www-form-urlencoded'],
    'multipart/form-data; boundary=x',
  ]
  const body = fc.string({ unit: fc.constantFrom(...'<>"\'=&-x\r\n{}[]:,a/!') })
  fc.assert(
    fc.property(fc.constantFrom(...types), body, (type, text) => {
      try {
        read(type, text)
      } catch (error) {
        assert.ok(error instanceof Problem, String(error))
      }
    }),
  )
})

test('a type that cannot be read is told from a body that holds nothing', () => {
  assert.equal(
    valuesOfBody({ type: 'image/png', bytes: Buffer.from('x') }, () => false),
    undefined,
  )
  assert.deepEqual(read('text/plain', ''), [['text', '']])
})

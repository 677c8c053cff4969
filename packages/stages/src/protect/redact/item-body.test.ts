import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventStream } from './event-stream.ts'
import { ItemEditor, type ItemForm } from './item-body.ts'
import { jsonLines } from './json-lines.ts'

/** Stands in for rules: what is read loses its digits. */
const withoutDigits = (json: string) => json.replace(/\d/g, '')

/** What leaves of a stream that comes in pieces of so many bytes. */
function edited(form: ItemForm, text: string, size = text.length + 1): string {
  const editor = new ItemEditor(form)
  const bytes = Buffer.from(text)
  const out: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) out.push(editor.write(bytes.subarray(at, at + size)))
  out.push(editor.end())
  return Buffer.concat(out).toString()
}

const events = eventStream(withoutDigits)

for (const [what, text, left] of [
  ['one line of data', 'data: {"a":1}\n\n', 'data: {"a":}\n\n'],
  ['no space behind the colon', 'data:1\n\n', 'data: \n\n'],
  ['two spaces behind the colon', 'data:  a\n\n', 'data:  a\n\n'],
  ['several lines of data, which are one item', 'data: [1,\ndata: 2]\n\n', 'data: [,\ndata: ]\n\n'],
  ['lines that end with CR', 'event: e1\rdata: 1\r\r', 'event: e1\ndata: \n\n'],
  ['lines that end with CR LF', 'id: 1\r\ndata: 1\r\n\r\n', 'id: 1\ndata: \n\n\n'],
  ['an event that is left as it is', 'retry: 1\r\ndata: a\r\n\r\n', 'retry: 1\r\ndata: a\r\n\r\n'],
  ['a comment', ': secret 1\n\n', ':\n\n'],
  ['an empty comment', ':\n\n', ':\n\n'],
  ['a field that nobody reads', 'Data: 1\ndate: 1\ndata: a\n\n', 'data: a\n\n'],
  ['a byte order mark', '\ufeffdata: 1\n\n', 'data: \n\n'],
  ['a field without a colon', 'data\n\n', 'data\n\n'],
  ['what is no item', 'data: [DONE]\n\n', 'data: [DONE]\n\n'],
  ['fields between data', 'data: [1\nid: 7\ndata: ]\n\n', 'data: [\ndata: ]\nid: 7\n\n'],
  ['an event that does not end', 'data: 1', 'data: '],
] as const) {
  test(`events: ${what}`, () => assert.equal(edited(events, text), left))
}

test('lines of JSON: each is an item, empty ones are none, the last may lack its end', () => {
  assert.equal(edited(jsonLines(withoutDigits), '{"a":1}\n\r\n[2]\r\n3'), '{"a":}\n\r\n[]\r\n')
})

test('it makes no difference in which pieces a stream comes', () => {
  const line = fc.constantFrom('data: 1é', 'data: [2', 'id: 1', ': c1', 'x: 1', '', 'data', 'data: [DONE]')
  const end = fc.constantFrom('\n', '\r', '\r\n')
  const stream = fc.array(fc.tuple(line, end), { maxLength: 12 }).map(lines => lines.flat().join(''))
  fc.assert(
    fc.property(stream, fc.integer({ min: 1, max: 7 }), (text, size) => {
      for (const form of [events, jsonLines(withoutDigits)]) {
        const whole = edited(form, text)
        assert.equal(edited(form, text, size), whole)
      }
    }),
  )
})

test('no digit of data leaves, whatever stands around it and however its lines end', () => {
  const name = fc.constantFrom(
    'data:',
    'data: ',
    '\ufeffdata: ',
    'DATA: ',
    ' data: ',
    ': data: ',
    'da\0ta: ',
    'data : ',
  )
  const end = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.constantFrom('7', '"7"'), end)), fc.nat(5), (lines, size) => {
      assert.doesNotMatch(edited(events, lines.flat().join(''), size + 1), /7/)
    }),
  )
})

test('an item that is too long is refused before it is held whole', () => {
  const editor = new ItemEditor(events)
  const piece = Buffer.alloc(2 ** 16, 'data: x\n')
  assert.throws(() => {
    for (let i = 0; i < 17; i++) editor.write(piece)
  }, /an item of the answer has more than 1048576 bytes/)
})

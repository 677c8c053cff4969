import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answerHead } from './answer-head.ts'

const asked = { method: 'GET', version: '1.1', isLast: false }
const date = ['Date', 'Sun, 06 Nov 1994 08:49:37 GMT']
const ok = { status: 200, headers: date }
const start = `HTTP/1.1 200 OK\r\n${date.join(': ')}\r\n`

test('the end of an answer is told by its length, by chunks, or by closing, and only one of them', () => {
  const told = { ...ok, headers: [...date, 'content-length', '7'] }
  const chunked = { ...ok, headers: [...date, 'Transfer-Encoding', 'gzip', 'Connection', 'x'] }
  const cases = [
    [ok, 5, asked, 'Content-Length: 5\r\n', 'length'],
    [told, 5, asked, 'Content-Length: 5\r\n', 'length'],
    [told, undefined, asked, 'Content-Length: 7\r\n', 'length'],
    [chunked, undefined, asked, 'Transfer-Encoding: chunked\r\n', 'chunks'],
    [ok, undefined, { ...asked, version: '1.0' }, 'Connection: close\r\n', 'close'],
    [ok, 0, { ...asked, version: '1.0' }, 'Content-Length: 0\r\nConnection: keep-alive\r\n', 'length'],
    [ok, 0, { ...asked, isLast: true }, 'Content-Length: 0\r\nConnection: close\r\n', 'length'],
  ] as const
  for (const [given, length, how, lines, framing] of cases) {
    const head = answerHead(given, length, how)
    assert.deepEqual([head.section, head.framing], [`${start}${lines}\r\n`, framing])
  }
})

test('an answer without a body keeps the length that it tells, but for a 204, which has none', () => {
  const told = (status: number) => ({ status, headers: ['Content-Length', '7'] })
  const head = { ...asked, method: 'HEAD' }
  const cases = [
    [answerHead(told(200), 0, head), 7],
    [answerHead(told(304), undefined, asked), 7],
    [answerHead(told(204), 0, asked), undefined],
    [answerHead(ok, 0, head), undefined],
    [answerHead(ok, 9, head), 9],
  ] as const
  for (const [{ section, framing, length }, wanted] of cases) {
    assert.deepEqual([framing, length, section.includes('Content-Length')], ['none', wanted, wanted !== undefined])
  }
})

test('an answer has a date, its own or that of now', t => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 15, 12, 0, 7) })
  const { section } = answerHead({ status: 599, headers: [] }, 0, asked)
  assert.ok(section.startsWith('HTTP/1.1 599 unknown\r\nDate: Thu, 15 Jan 2026 12:00:07 GMT\r\n'), section)
  assert.equal(answerHead(ok, 0, asked).section.split('\r\nDate: ').length, 2)
})

test('what cannot stand in a head is refused: names, values, lengths and statuses', () => {
  for (const name of ['', 'Bad Name', 'a:b', 'a\r\nb', 'caf\xe9', 'x\0'])
    assert.throws(() => answerHead({ status: 200, headers: [name, 'x'] }, 0, asked), TypeError)
  for (const value of ['a\r\nb', 'a\nb', 'a\rb', 'a\0b', '\u0100', '\x7f'])
    assert.throws(() => answerHead({ status: 200, headers: ['X', value] }, 0, asked), TypeError)
  for (const length of ['', '-1', '1,1', '0x1', '1'.repeat(30)])
    assert.throws(() => answerHead({ status: 200, headers: ['Content-Length', length] }, undefined, asked), TypeError)
  for (const status of [0, 100, 199, 1_000, 200.5, Number.NaN])
    assert.throws(() => answerHead({ status, headers: [] }, 0, asked), RangeError)
})

test('no value breaks out of its line', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), bytes => {
      const value = Buffer.from(bytes).toString('latin1')
      try {
        const { section } = answerHead({ status: 200, headers: [...date, 'X', value] }, 0, asked)
        assert.equal(section, `${start}X: ${value}\r\nContent-Length: 0\r\n\r\n`)
        assert.equal(section.split('\n').length, 6)
      } catch (error) {
        assert.ok(error instanceof TypeError)
      }
    }),
  )
})

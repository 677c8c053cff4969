import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { BadResponse, ResponseParser } from './response-parser.ts'

interface Heard {
  readonly heads: { status: number; pairs: string[]; kept: boolean }[]
  body: string
  ends: number
}

/** A parser that waits for so many answers, and what it told. */
function listen(t: TestContext | undefined, { answers = 1, mayHaveBody = true } = {}) {
  const heard: Heard = { heads: [], body: '', ends: 0 }
  const interim = () => heard.heads.filter(({ status }) => status < 200).length
  const parser = new ResponseParser({
    get awaited() {
      return heard.ends - interim() < answers
    },
    head(status, pairs, kept) {
      heard.heads.push({ status, pairs, kept })
      return mayHaveBody
    },
    body(piece) {
      heard.body += Buffer.from(piece).toString('latin1')
    },
    end() {
      heard.ends++
    },
  })
  t?.after(() => parser.free())
  const read = (text: string) => {
    const bytes = Buffer.from(text, 'latin1')
    parser.read(bytes, bytes.length)
  }
  return { parser, read, heard }
}

test('an answer is told head, body, end, and its fields are what came, byte for byte', t => {
  const { read, heard } = listen(t)
  read('HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\nX-Empty:\r\nx-name: 2\r\nContent-Length: 5\r\n\r\nhello')
  const pairs = ['X-Name', 'caf\xe9', 'X-Empty', '', 'x-name', '2', 'Content-Length', '5']
  assert.deepEqual(heard, { heads: [{ status: 200, pairs, kept: true }], body: 'hello', ends: 1 })
})

test('wherever the bytes are cut, the same is told', () => {
  const answer =
    'HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA: 1\r\nB:\r\nLong-Name: a longer value\r\n' +
    'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer-Field: dropped\r\n\r\n'
  const whole = listen(undefined)
  whole.read(answer)
  assert.equal(whole.heard.body, 'hello world')
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: answer.length }), { maxLength: 12 }), cuts => {
      const { parser, read, heard } = listen(undefined)
      const places = [0, ...cuts.sort((a, b) => a - b), answer.length]
      for (let i = 1; i < places.length; i++) read(answer.slice(places[i - 1], places[i]))
      parser.free()
      assert.deepEqual(heard, whole.heard)
    }),
  )
})

test('garbage is refused, whatever it is, and never anything but BadResponse', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), garbage => {
      const text = Buffer.from(garbage).toString('latin1')
      const { parser, read } = listen(undefined)
      try {
        read(`HTTP/1.1 200 OK\r\n${text}`)
        parser.finish()
      } catch (error) {
        assert.ok(error instanceof BadResponse)
      }
      parser.free()
    }),
  )
})

test('bytes that nobody asked for are refused: an answer before a request, and one behind an answer', t => {
  assert.throws(() => listen(t, { answers: 0 }).read('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), BadResponse)
  const { read, heard } = listen(t)
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  assert.throws(() => read(answer + answer), BadResponse)
  assert.equal(heard.heads.length, 1)
})

test('an answer to HEAD ends with its head, whatever length it names', t => {
  const { read, heard } = listen(t, { mayHaveBody: false })
  read('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
  assert.deepEqual([heard.ends, heard.body], [1, ''])
})

test('a body without a length ends with its connection; one that lacks bytes is refused then', t => {
  const open = listen(t)
  open.read('HTTP/1.1 200 OK\r\n\r\nsome')
  assert.deepEqual([open.heard.ends, open.heard.heads[0]?.kept], [0, false])
  open.parser.finish()
  assert.deepEqual([open.heard.ends, open.heard.body], [1, 'some'])
  const short = listen(t)
  short.read('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome')
  assert.throws(() => short.parser.finish(), BadResponse)
})

test('a header section of more than 16 KiB is refused, in however many fields and pieces it comes; so are trailers', t => {
  const field = `X-A: ${'x'.repeat(1000)}\r\n`
  const { read } = listen(t)
  read('HTTP/1.1 200 OK\r\n')
  assert.throws(() => {
    for (let i = 0; i < 17; i++) read(field)
  }, BadResponse)
  const trailing = listen(t)
  trailing.read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n')
  assert.throws(() => trailing.read(field.repeat(17)), BadResponse)
})

test('a refusal in the midst of reading leaves the next connection alone', t => {
  assert.throws(() => listen(t).read('nonsense'), BadResponse)
  const { read, heard } = listen(t)
  read('HTTP/1.1 204 No Content\r\n\r\n')
  assert.equal(heard.ends, 1)
})

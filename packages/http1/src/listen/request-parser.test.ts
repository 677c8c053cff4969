import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Problem } from '@sallyport/core'
import fc from 'fast-check'
import { type RequestHead, RequestParser } from './request-parser.ts'

interface Told {
  readonly head: RequestHead
  body: string
  isWhole: boolean
}

/**
 * A connection that takes one request at a time, each over as soon as it is whole. `speak` reads what comes; `refusal` is
 * what could not be read.
 */
class Heard {
  readonly told: Told[] = []
  readonly parser: RequestParser
  refusal: Problem | undefined
  /** Whether requests are over once they are whole. */
  isQuick = true
  #busy = false
  #waiting = Buffer.alloc(0)

  constructor(t?: TestContext) {
    const heard = this
    this.parser = new RequestParser({
      get busy() {
        return heard.#busy
      },
      head: head => {
        this.#busy = true
        this.told.push({ head, body: '', isWhole: false })
      },
      body: piece => {
        const last = this.told.at(-1)
        if (last !== undefined) last.body += piece.toString('latin1')
      },
      end: () => {
        const last = this.told.at(-1)
        if (last !== undefined) last.isWhole = true
      },
    })
    t?.after(() => this.parser.free())
  }

  speak(text: string): this {
    const bytes = Buffer.concat([this.#waiting, Buffer.from(text, 'latin1')])
    try {
      let at = this.parser.read(bytes, bytes.length)
      while (at < bytes.length && this.isQuick && this.told.at(-1)?.isWhole) at += this.next(bytes.subarray(at))
      this.#waiting = bytes.subarray(at)
      if (this.isQuick && this.told.at(-1)?.isWhole) this.#busy = false
    } catch (error) {
      assert.ok(error instanceof Problem, String(error))
      this.refusal = error
    }
    return this
  }

  next(bytes: Buffer): number {
    this.#busy = false
    this.parser.resume()
    return this.parser.read(bytes, bytes.length)
  }
}

const post = 'POST /a?b=%20c HTTP/1.1\r\nHost: a\r\n'
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`

test('a request is told head, body, end, and its fields are what came, byte for byte', t => {
  const { told, refusal } = new Heard(t).speak(
    `${post}X-Name: caf\xe9\r\nX-Empty: \r\nx-name:\t 2 \t\r\nContent-Length: 5 \r\n\r\nhello`,
  )
  const pairs = ['Host', 'a', 'X-Name', 'caf\xe9', 'X-Empty', '', 'x-name', '2', 'Content-Length', '5']
  const head = { method: 'POST', target: '/a?b=%20c', version: '1.1', pairs, kept: true }
  assert.deepEqual([told, refusal], [[{ head, body: 'hello', isWhole: true }], undefined])
})

test('a connection is kept as RFC 9112 says, and never beyond a request for another protocol', t => {
  const kept: Readonly<Record<string, boolean>> = {
    'GET / HTTP/1.1\r\n\r\n': true,
    'GET / HTTP/1.1\r\nConnection: close\r\n\r\n': false,
    'GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n': false,
    'GET / HTTP/1.0\r\n\r\n': false,
    'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n': true,
    'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n': false,
  }
  for (const [request, wanted] of Object.entries(kept)) {
    const { told, refusal } = new Heard(t).speak(request)
    assert.deepEqual([told[0]?.head.kept, told[0]?.isWhole, refusal], [wanted, true, undefined], request)
  }
})

const several = [
  'GET /1 HTTP/1.1\r\nHost: a\r\nLong-Name: a longer value\r\nEmpty:\r\n\r\n',
  `${chunked}5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer-Field: dropped\r\n\r\n`,
  '\r\nPUT /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nGET / HTTP/',
  'DELETE /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
].join('')

test('wherever the bytes are cut, the same requests are told, one at a time', () => {
  const whole = new Heard().speak(several)
  assert.deepEqual(
    whole.told.map(({ head, body, isWhole }) => [head.method, body, isWhole]),
    [
      ['GET', '', true],
      ['POST', 'hello world', true],
      ['PUT', 'GET / HTTP/', true],
      ['DELETE', '', true],
    ],
  )
  const requireSame = (cuts: readonly number[]) => {
    const heard = new Heard()
    const places = [0, ...cuts, several.length]
    for (let i = 1; i < places.length; i++) heard.speak(several.slice(places[i - 1], places[i]))
    heard.parser.free()
    assert.deepEqual([heard.told, heard.refusal], [whole.told, undefined])
  }
  for (let at = 0; at <= several.length; at++) requireSame([at])
  requireSame(Array.from(several, (_, at) => at))
  const cuts = fc.uniqueArray(fc.nat({ max: several.length }), { maxLength: 12 })
  fc.assert(fc.property(cuts, places => requireSame(places.sort((a, b) => a - b))))
})

const latin1 = (maxLength: number) => fc.uint8Array({ maxLength }).map(bytes => Buffer.from(bytes).toString('latin1'))

test('whatever requests are sent in a row are told as they are sent, wherever the bytes are cut', () => {
  const request = fc.record({ body: latin1(40), path: fc.stringMatching(/^\/[a-z]{0,9}$/), isChunked: fc.boolean() })
  const write = ({ body: text, path, isChunked }: { body: string; path: string; isChunked: boolean }) =>
    isChunked
      ? `POST ${path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${text && `${text.length.toString(16)}\r\n${text}\r\n`}0\r\n\r\n`
      : `POST ${path} HTTP/1.1\r\nContent-Length: ${text.length}\r\n\r\n${text}`
  fc.assert(
    fc.property(fc.array(request, { maxLength: 6 }), fc.array(fc.nat({ max: 300 }), { maxLength: 8 }), (all, cuts) => {
      const text = all.map(write).join('')
      const heard = new Heard()
      const places = [0, ...cuts.filter(at => at < text.length).sort((a, b) => a - b), text.length]
      for (let i = 1; i < places.length; i++) heard.speak(text.slice(places[i - 1], places[i]))
      heard.parser.free()
      assert.deepEqual(
        heard.told.map(({ head, ...rest }) => [head.target, rest.body, rest.isWhole]),
        all.map(one => [one.path, one.body, true]),
      )
    }),
  )
})

test('a request waits while one is under way: nothing of it is read before its turn', t => {
  const heard = new Heard(t)
  heard.isQuick = false
  const bytes = Buffer.from('GET /1 HTTP/1.1\r\n\r\nnonsense')
  assert.equal(heard.parser.read(bytes, bytes.length), bytes.length - 'nonsense'.length)
  assert.equal(heard.told.length, 1)
  assert.throws(() => heard.next(Buffer.from('nonsense\r\n')), { code: 'request-malformed' })
})

test('garbage is refused, whatever it is, and never by anything but a Problem', () => {
  fc.assert(
    fc.property(fc.constantFrom('', `${post}`, chunked), latin1(300), (start, text) => {
      const heard = new Heard().speak(start + text)
      try {
        if (heard.refusal === undefined) heard.parser.finish()
      } catch (error) {
        assert.ok(error instanceof Problem)
      }
      heard.parser.free()
    }),
    { numRuns: 300 },
  )
})

const field = `X-A: ${'x'.repeat(1_000)}\r\n`

test('a head of more than 16 KiB is refused, whatever fills it and in however many pieces it comes', t => {
  const larger = [field.repeat(17), `X:${' '.repeat(17_000)}y\r\n`, 'A: b\r\n'.repeat(3_000)].map(
    fields => post + fields,
  )
  for (const head of [...larger, `GET /${'x'.repeat(17_000)}`]) {
    assert.equal(new Heard(t).speak(head).refusal?.code, 'headers-too-large')
    const trickled = new Heard(t)
    for (let at = 0; at < head.length && trickled.refusal === undefined; at += 10)
      trickled.speak(head.slice(at, at + 10))
    assert.equal(trickled.refusal?.code, 'headers-too-large')
  }
  assert.equal(new Heard(t).speak(`${post}${field.repeat(16)}\r\n`).refusal, undefined)
})

test('what frames a body is bounded: extensions, leading zeros, trailers; and many small chunks are not too much', t => {
  const long = 'x'.repeat(17_000)
  for (const framing of [`5;${long}`, `5;a="${long}`, `${'0'.repeat(17_000)}5`, `0\r\n${field.repeat(17)}`]) {
    for (const before of ['', '5\r\nhello\r\n']) {
      const { told, refusal } = new Heard(t).speak(chunked + before + framing)
      assert.deepEqual([refusal?.code, told[0]?.isWhole], ['body-too-large', false], framing.slice(0, 9))
    }
  }
  const small = new Heard(t)
  for (let i = 0; i < 10; i++) small.speak((i === 0 ? chunked : '') + '1;x=y\r\na\r\n'.repeat(1_000))
  small.speak('0\r\nTrailer-Field: x\r\n\r\n')
  assert.deepEqual([small.refusal, small.told[0]?.body.length, small.told[0]?.isWhole], [undefined, 10_000, true])
})

test('a request that breaks off is refused when the other side closes, and silence between two is not', t => {
  for (const part of ['GET / HT', 'GET / HTTP/1.1\r\nHost: a\r\n', `${post}Content-Length: 5\r\n\r\nhell`, chunked]) {
    assert.throws(() => new Heard(t).speak(part).parser.finish(), { code: 'request-malformed' }, part)
  }
  for (const whole of ['', '\r\n', 'GET / HTTP/1.1\r\n\r\n']) new Heard(t).speak(whole).parser.finish()
})

test('a tunnel is refused before anything is told of it', t => {
  const { told, refusal } = new Heard(t).speak('CONNECT other.example:443 HTTP/1.1\r\nHost: other.example\r\n\r\n')
  assert.deepEqual([told, refusal?.code], [[], 'method-unsupported'])
})

test('a refusal leaves the next connection alone, and a parser that was given back reads nothing', t => {
  assert.equal(new Heard(t).speak('nonsense').refusal?.code, 'request-malformed')
  const { told, parser } = new Heard().speak(`${post}\r\n`)
  assert.equal(told[0]?.isWhole, true)
  parser.free()
  parser.free()
  assert.throws(() => parser.read(Buffer.from(post), post.length), /given back/)
})

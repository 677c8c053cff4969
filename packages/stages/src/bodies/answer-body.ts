import {
  HeaderList,
  JsonError,
  Problem,
  type Reply,
  type ReplyBody,
  readJsonBytes,
  type WholeAnswer,
} from '@sallyport/core'
import { trueOfBody } from '../protect/true-of-body.ts'
import { bytesOf } from './bytes-of.ts'
import { CodingError, codingsIn, decoderFor } from './codings.ts'

/** How much of an answer may be read, and what counts it. */
export interface AnswerReading {
  readonly maxBody: number
  count(bytes: number): void
}

const broken = (reason: string) => new Problem('upstream-broken', {}, reason)

function readWhole(body: ReplyBody, { maxBody, count }: AnswerReading): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const chunks: Uint8Array[] = []
  let length = 0
  const refuse = (error: Problem) => {
    reject(error)
    body.cancel(error)
  }
  body.pipe({
    write(chunk) {
      length += chunk.length
      if (length > maxBody) {
        refuse(broken(`the answer has more than the ${maxBody} bytes that can be judged`))
        return true
      }
      try {
        count(chunk.length)
        chunks.push(Buffer.from(chunk))
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        refuse(error)
      }
      return true
    },
    end: () => resolve(Buffer.concat(chunks)),
    fail: error => reject(broken(error.message)),
  })
  return promise
}

function bytesIn(reply: Reply, reading: AnswerReading): Uint8Array | Promise<Uint8Array> {
  if (reply.kind === 'stream') return reply.body.whole() ?? readWhole(reply.body, reading)
  return bytesOf(reply.body)
}

/** What tells of the coding that was taken off, and is true of the body with it. */
const ofTheCoding: ReadonlySet<string> = new Set(['content-encoding', ...trueOfBody])

function withoutCoding(headers: readonly string[]): string[] {
  const { names } = new HeaderList(headers)
  return headers.filter((_, i) => !ofTheCoding.has(names[i >> 1] ?? ''))
}

function jsonIn(bytes: Uint8Array): WholeAnswer['json'] {
  try {
    return readJsonBytes(bytes)
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

/** The JSON is read when it is asked for: who reads the bytes another way has no use for it. */
const wholeAnswer = ({ status }: Reply, headers: readonly string[], body: Uint8Array): WholeAnswer => ({
  reply: { kind: 'answer', status, headers, body },
  get json() {
    return jsonIn(body)
  },
})

/**
 * An answer read whole, its coding taken off, and the JSON in it. Throws Problem `upstream-broken` where it is too long, has a coding that
 * can't be undone, or breaks off.
 */
export async function readAnswer(reply: Reply, reading: AnswerReading): Promise<WholeAnswer> {
  const body = await bytesIn(reply, reading)
  const names = codingsIn(new HeaderList(reply.headers).all('content-encoding'))
  if (names.length === 0 || body.length === 0) {
    return wholeAnswer(reply, reply.headers, body)
  }
  try {
    const plain = await decoderFor(names)(body, reading.maxBody)
    reading.count(plain.length)
    return wholeAnswer(reply, withoutCoding(reply.headers), plain)
  } catch (error) {
    throw error instanceof CodingError ? broken(`the answer can't be judged: ${error.message}`) : error
  }
}

import { HeaderList, type Json, JsonError, Problem, type Reply, type ReplyBody, readJsonBytes } from '@sallyport/core'

/** Bytes of an answer that may be read to judge it. */
const longest = 2 ** 20

const broken = (reason: string) => new Problem('upstream-broken', {}, reason)

function readWhole(body: ReplyBody): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const chunks: Uint8Array[] = []
  let length = 0
  body.pipe({
    write(chunk) {
      length += chunk.length
      if (length <= longest) chunks.push(Buffer.from(chunk))
      else {
        const error = broken(`the answer has more than the ${longest} bytes that can be judged`)
        reject(error)
        body.cancel(error)
      }
      return true
    },
    end: () => resolve(Buffer.concat(chunks)),
    fail: error => reject(broken(error.message)),
  })
  return promise
}

function bytesOf(reply: Reply): Uint8Array | Promise<Uint8Array> {
  if (reply.kind === 'stream') return reply.body.whole() ?? readWhole(reply.body)
  return typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body
}

function jsonIn(bytes: Uint8Array): Json | undefined {
  try {
    return readJsonBytes(bytes)
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

/**
 * An answer read whole, and the JSON in it; undefined where that isn't strict JSON. Throws Problem `upstream-broken` where it is longer
 * than 1 MiB, has a coding, or breaks off.
 */
export async function readAnswer(reply: Reply): Promise<{ readonly reply: Reply; readonly json: Json | undefined }> {
  const body = await bytesOf(reply)
  const coding = new HeaderList(reply.headers).get('content-encoding') ?? 'identity'
  if (body.length > 0 && coding !== 'identity') throw broken(`an answer in the coding ${coding} can't be judged`)
  return { reply: { kind: 'answer', status: reply.status, headers: reply.headers, body }, json: jsonIn(body) }
}

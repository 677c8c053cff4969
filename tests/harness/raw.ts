import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One response as its bytes have it. */
export interface RawReply {
  readonly status: number
  /** Names in lower case and values, as they came. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

const hangsMs = 30_000

/** Writes bytes on a connection of its own and gives all that comes back until the gateway closes it. */
export function speak(url: string, ...pieces: readonly (string | Uint8Array)[]): Promise<Buffer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => {
      for (const piece of pieces) socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
    })
    const hangs = setTimeout(() => {
      socket.destroy()
      reject(new Error(`the connection stays open; so far it said: ${Buffer.concat(chunks)}`))
    }, hangsMs)
    socket.on('data', chunk => chunks.push(chunk))
    // Whoever is refused while still writing may be reset; what came before that counts.
    socket.on('error', () => undefined)
    socket.on('end', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(hangs)
      resolve(Buffer.concat(chunks))
    })
  })
}

/**
 * A connection on which bytes were written, kept open. The gateway answers a call of another connection before this comes
 * back, so it has read what stood in the first one's way.
 */
export async function keep(url: string, bytes: string | Uint8Array): Promise<Kept> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  await new Promise(resolve => socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, resolve))
  await (await fetch(`${url}/.well-known/jwks.json`)).text()
  return { socket, heard: () => Buffer.concat(chunks).toString('latin1') }
}

export interface Kept {
  readonly socket: Socket
  /** What the gateway said so far. */
  heard(): string
}

/** Header fields of a head, without its first line. */
function fieldsOf(lines: readonly string[]): RawReply['headers'] {
  return lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
}

/** The body that begins at `from`, and where it ends: by its chunks, its length, or the end of all. */
function bodyAt(text: string, from: number, headers: RawReply['headers']): readonly [body: string, end: number] {
  const named = new Map(headers)
  if (named.get('transfer-encoding') === 'chunked') {
    let body = ''
    for (let at = from; ; ) {
      const line = text.indexOf('\r\n', at)
      const size = Number.parseInt(text.slice(at, line), 16)
      if (line < 0 || Number.isNaN(size)) throw new Error('a chunked body breaks off')
      if (size === 0) return [body, line + 4]
      body += text.slice(line + 2, line + 2 + size)
      at = line + 2 + size + 2
    }
  }
  const length = named.get('content-length')
  const end = length === undefined ? text.length : from + Number(length)
  return [text.slice(from, end), end]
}

/**
 * The responses in what a gateway said, in order, interim ones too; an answer to HEAD is known by what follows it. Throws
 * where the bytes are not responses.
 */
export function repliesIn(bytes: Uint8Array): RawReply[] {
  const text = Buffer.from(bytes).toString('latin1')
  const replies: RawReply[] = []
  for (let at = 0; at < text.length; ) {
    const gap = text.indexOf('\r\n\r\n', at)
    const [first = '', ...lines] = text.slice(at, gap).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
    if (gap < 0 || Number.isNaN(status)) throw new Error(`not a response: ${text.slice(at, at + 200)}`)
    const headers = fieldsOf(lines)
    const bodiless =
      status < 200 ||
      status === 204 ||
      status === 304 ||
      gap + 4 === text.length ||
      text.startsWith('HTTP/1.1 ', gap + 4)
    const [body, end] = bodiless ? (['', gap + 4] as const) : bodyAt(text, gap + 4, headers)
    replies.push({ status, headers, body })
    at = end
  }
  return replies
}

/** The values of one header of a response. `name` in lower case. */
export const fieldOf = (reply: RawReply | undefined, name: string) =>
  reply?.headers.filter(([key]) => key === name).map(([, value]) => value) ?? []

import { connect } from 'node:net'

const statusLine = /^HTTP\/1\.1 (\d{3}) /

/** The bytes of an answer as a Response; undefined while its body is not whole. */
function readResponse(bytes: Buffer): Response | undefined {
  const text = bytes.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Headers(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
  const body = bytes.subarray(end + 4)
  if (body.length < Number(headers.get('Content-Length'))) return undefined
  return new Response(body, { status: Number(statusLine.exec(first)?.[1]), headers })
}

/** Sends these lines as they are, where a client would mend or refuse them, and gives the first answer. */
export function sendRaw(url: string, ...lines: readonly string[]): Promise<Response> {
  const { hostname, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
  const chunks: Buffer[] = []
  socket.on('data', chunk => {
    chunks.push(chunk)
    const response = readResponse(Buffer.concat(chunks))
    if (response === undefined) return
    resolve(response)
    socket.destroy()
  })
  socket.on('error', reject)
  socket.on('close', () => reject(new Error(`no whole answer came: ${Buffer.concat(chunks).toString('latin1')}`)))
  return promise
}

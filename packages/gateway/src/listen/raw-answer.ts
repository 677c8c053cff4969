import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type HeaderPairs, Problem, type ProblemCode, type Reply } from '@sallyport/core'
import { renderProblem } from '@sallyport/stages'

const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
}

/** What Node's parser could not read, as a Problem. */
export function parserProblem(error: NodeJS.ErrnoException): Problem {
  const code = error.code !== undefined && Object.hasOwn(codes, error.code) ? codes[error.code] : undefined
  return new Problem(code ?? 'request-malformed', {}, `${error.code ?? 'parser'}: ${error.message}`)
}

function headerLines(headers: HeaderPairs): string {
  let lines = ''
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`
  return lines
}

/** Answers on a bare socket, where there is no response object to write to. */
export function writeRaw(socket: Duplex, reply: Reply): void {
  const body = reply.kind === 'answer' ? String(reply.body) : ''
  const framing = ['Content-Length', String(Buffer.byteLength(body)), 'Connection', 'close']
  const head = `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status]}\r\n${headerLines([...reply.headers, ...framing])}\r\n`
  socket.write(head + body)
}

/** Answers on a bare socket and ends it. */
export function answerRaw(socket: Duplex, problem: Problem, id: string): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  writeRaw(socket, renderProblem(problem, 'admit', id))
  socket.end()
}

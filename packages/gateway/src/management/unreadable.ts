import type { Duplex } from 'node:stream'
import { Problem, type ProblemCode } from '@sallyport/core'
import { rawAnswer } from '@sallyport/http1'
import { renderProblem } from '@sallyport/stages'

const codes: ReadonlyMap<string | undefined, ProblemCode> = new Map([
  ['HPE_HEADER_OVERFLOW', 'headers-too-large'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'body-too-large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request-timeout'],
])

/** Answers what Node's server could not read, and ends the connection. */
export function refuseUnreadable(socket: Duplex, { code, message }: NodeJS.ErrnoException, id: string): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const problem = new Problem(codes.get(code) ?? 'request-malformed', {}, `${code ?? 'parser'}: ${message}`)
  socket.end(rawAnswer(renderProblem(problem, 'admit', id)), 'latin1')
}

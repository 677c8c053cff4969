import { Problem, type ProblemCode } from '@sallyport/core'

const codes: Readonly<Record<string, ProblemCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'upstream-timeout',
  ETIMEDOUT: 'upstream-timeout',
  UND_ERR_SOCKET: 'upstream-broken',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'upstream-broken',
  UND_ERR_HEADERS_OVERFLOW: 'upstream-broken',
  ECONNRESET: 'upstream-broken',
  EPIPE: 'upstream-broken',
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** Whether the other side closed a connection that was kept alive. */
export const isClosedSocket = (error: Error) => ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error))

/** What went wrong before an answer's header was there: 504 for time, 502 for the rest. A Problem of ours stays one. */
export function upstreamProblem(error: Error): Problem {
  if (error instanceof Problem) return error
  const code = codeOf(error)
  const parser = code.startsWith('HPE_') ? 'upstream-broken' : undefined
  const known = Object.hasOwn(codes, code) ? codes[code] : parser
  return new Problem(known ?? 'upstream-unreachable', {}, `${code === '' ? error.name : code}: ${error.message}`)
}

import { Problem } from '@sallyport/core'

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** Whether the other side closed a connection that was kept alive. */
export const isClosedSocket = (error: Error) => ['ERR_UPSTREAM_CLOSED', 'ECONNRESET', 'EPIPE'].includes(codeOf(error))

/**
 * What went wrong before an answer's header was there: 504 for time, 502 for the rest, which is the answer's fault once the
 * request was begun. A Problem of ours stays one.
 */
export function upstreamProblem(error: Error, begun: boolean): Problem {
  if (error instanceof Problem) return error
  const code = codeOf(error)
  const kind = code === 'ETIMEDOUT' ? 'upstream-timeout' : begun ? 'upstream-broken' : 'upstream-unreachable'
  return new Problem(kind, {}, `${code === '' ? error.name : code}: ${error.message}`)
}

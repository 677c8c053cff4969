import type { Arrival, CallEvent, Outcome, Problem } from '@sallyport/core'
import { plainAddress } from '../admit/address.ts'
import { type Passed, progressOf } from '../passed.ts'
import type { Refusal } from '../refusal.ts'

/** What is known when a call is over. */
export interface Finished {
  readonly arrival: Arrival
  readonly id: string
  readonly at: number
  readonly snapshot: string
  readonly passed: Passed | undefined
  readonly refusal: Refusal | undefined
  readonly status: number
  readonly outcome: Outcome
  readonly totalMs: number
}

/** A path that could not be read: what stands before the query, cut and made printable. */
function rawPath(target: string): string {
  const path = target.slice(0, 200).split(/[?#]/)[0] ?? ''
  return encodeURI(path.toWellFormed())
}

function missingOf(problem: Problem): Record<string, string[]> {
  const { scopes, roles } = problem.shown.missing ?? {}
  return { ...(scopes && { scopes: [...scopes] }), ...(roles && { roles: [...roles] }) }
}

function refusalOf({ problem, stage, rule }: Refusal): NonNullable<CallEvent['refusal']> {
  const { limit, retryAfter, missing } = problem.shown
  return {
    stage,
    ...(rule !== undefined && { rule }),
    code: problem.code,
    reason: problem.reason,
    ...(missing !== undefined && { missing: missingOf(problem) }),
    ...(limit !== undefined && { limit }),
    ...(retryAfter !== undefined && { retryAfter }),
  }
}

const rounded = (ms: number) => Math.round(ms * 1000) / 1000
const ends = { complete: 'answered', failed: 'failed', abandoned: 'abandoned' } as const

/** What do we remember? One event a call. It holds no header, no query and no body. */
export function eventOf(finished: Finished): CallEvent {
  const { arrival, refusal, outcome } = finished
  const { call, route, principal, upstreamMs } = progressOf(finished.passed ?? refusal?.passed)
  const failure = outcome.end === 'failed' && refusal === undefined
  return {
    id: finished.id,
    time: new Date(finished.at).toISOString(),
    snapshot: finished.snapshot,
    method: arrival.method,
    path: call?.target.path ?? rawPath(arrival.target),
    ...(call && { host: call.host }),
    ...((call?.ip ?? arrival.peer) !== undefined && { ip: call?.ip ?? plainAddress(arrival.peer ?? '') }),
    ...(route && { api: route.api, operation: route.operation, rules: route.rules }),
    ...(principal?.user && { user: principal.user }),
    ...(principal?.application && { application: principal.application }),
    ...(principal && { credential: principal.credential }),
    status: finished.status,
    outcome: refusal === undefined ? ends[outcome.end] : 'refused',
    ...(refusal && { refusal: refusalOf(refusal) }),
    ...(failure && {
      refusal: { stage: 'forward', code: 'upstream-broken', reason: outcome.reason ?? 'the answer broke off' },
    }),
    totalMs: rounded(finished.totalMs),
    ...(upstreamMs !== undefined && { upstreamMs: rounded(upstreamMs) }),
    bytesIn: outcome.bytesIn,
    bytesOut: outcome.bytesOut,
  }
}

/** The event of a request that could not even be read. */
export function unreadableEvent(
  problem: Problem,
  seen: { readonly id: string; readonly at: number; readonly snapshot: string; readonly peer: string | undefined },
): CallEvent {
  return {
    id: seen.id,
    time: new Date(seen.at).toISOString(),
    snapshot: seen.snapshot,
    method: '',
    path: '',
    ...(seen.peer !== undefined && { ip: plainAddress(seen.peer) }),
    status: problem.status,
    outcome: 'refused',
    refusal: { stage: 'admit', code: problem.code, reason: problem.reason },
    totalMs: 0,
    bytesIn: 0,
    bytesOut: 0,
  }
}

import type { Arrival, CallEvent, Outcome, Problem } from '@sallyport/core'
import { plainAddress } from '../admit/address.ts'
import { type Passed, progressOf } from '../passed.ts'
import type { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import type { LogRedaction } from './redaction.ts'

/** What is known when a call is over. */
export interface Finished {
  readonly arrival: Arrival
  /** The door that it came to, where it isn't the callers' own. */
  readonly door: string | undefined
  readonly id: string
  readonly at: number
  readonly snapshot: string
  readonly redaction: LogRedaction
  readonly passed: Passed | undefined
  readonly refusal: Refusal | undefined
  readonly status: number
  readonly outcome: Outcome
  readonly totalMs: number
  readonly findings?: CallEvent['findings']
}

/** What an absolute-form target begins with; it may hold a password (RFC 3986 section 3.2.1). */
const authority = /^[a-z][a-z\d+.-]*:\/\/[^/]*|^[^/]*@[^/]*/i

/** A percent sign of an escape that stood there before. */
const escapedEscape = /%25(?=[\da-f]{2})/gi

/** A path that could not be read: what stands before the query, cut and made printable. */
function rawPath(target: string): string {
  const path = target.slice(0, 200).replace(authority, '').split(/[?#]/)[0] ?? ''
  return encodeURI(path.toWellFormed()).replace(escapedEscape, '%')
}

function missingOf({ shown: { missing } }: Problem): Record<string, string[]> | undefined {
  if (missing === undefined) return undefined
  const { scopes, roles } = missing
  return { ...(scopes && { scopes: [...scopes] }), ...(roles && { roles: [...roles] }) }
}

type RefusalRecord = NonNullable<CallEvent['refusal']>

/** Characters of a reason that are kept: some quote what others sent. */
const reasonMax = 4000

const kept = (reason: string, { text }: LogRedaction) => text(reason.slice(0, reasonMax))

/** Matrix parameters may be named (RFC 3986 section 3.3): `;token=…`; an address may stand there whole, and a token. */
const mayHide = ['=', '://', 'eyJ'] as const

const keptPath = (path: string, { text }: LogRedaction) =>
  mayHide.some(sign => path.includes(sign)) ? text(path) : path

function refusalOf(refusal: Refusal, redaction: LogRedaction): RefusalRecord {
  const { problem, stage, rule } = refusal
  const { limit, retryAfter } = problem.shown
  const { code, reason, alert } = problem
  return { stage, rule, code, reason: kept(reason, redaction), missing: missingOf(problem), limit, retryAfter, alert }
}

function refusalIn({ refusal, outcome, redaction }: Finished): RefusalRecord | undefined {
  if (refusal !== undefined) return refusalOf(refusal, redaction)
  if (outcome.end !== 'failed') return undefined
  return {
    stage: 'forward',
    code: 'upstream-broken',
    reason: kept(outcome.reason ?? 'the answer broke off', redaction),
  }
}

const thousandths = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`)
let second = Number.NaN
let secondText = ''

/** RFC 3339 with milliseconds. Calls of one second share all but the last digits. */
function timeText(at: number): string {
  const ms = ((at % 1000) + 1000) % 1000
  if (at - ms !== second) {
    second = at - ms
    secondText = new Date(second).toISOString().slice(0, -4)
  }
  return `${secondText}${thousandths[Math.trunc(ms)]}`
}

const rounded = (ms: number) => Math.round(ms * 1000) / 1000
const ends = { complete: 'answered', failed: 'failed', abandoned: 'abandoned' } as const

/** How a call ended. Who has gone before its refusal came has abandoned it. */
export const endOf = (refusal: Refusal | undefined, { end }: Outcome): CallEvent['outcome'] =>
  refusal === undefined || end === 'abandoned' ? ends[end] : 'refused'

/** Characters of what was asked for that are kept: whoever asks says what they like. */
const askedMax = 200

/** What a call asked for that its operation doesn't name. */
function askedIn(asked: readonly string[] | undefined, route: Route | undefined, { text }: LogRedaction) {
  if (asked === undefined) return undefined
  const { names = [] } = route?.selector?.asks ?? {}
  return asked.every(name => names.includes(name)) ? undefined : asked.map(name => text(name.slice(0, askedMax)))
}

const peerAddress = ({ peer }: Arrival) => (peer === undefined ? undefined : plainAddress(peer))

/** What do we remember? One event a call. Of header and query it holds what policies of the route name. */
export function eventOf(finished: Finished): CallEvent {
  const { arrival, refusal, outcome } = finished
  const { call, route, principal, view, upstreamMs, cache } = progressOf(finished.passed ?? refusal?.passed)
  return {
    id: finished.id,
    time: timeText(finished.at),
    snapshot: finished.snapshot,
    door: finished.door,
    method: arrival.method,
    path: keptPath(call?.target.path ?? rawPath(arrival.target), finished.redaction),
    host: call?.host,
    ip: call === undefined ? peerAddress(arrival) : call.ip,
    clientId: call?.headers.get('sallyport-call-id'),
    api: route?.api,
    operation: route?.operation,
    asked: askedIn(call?.asked, route, finished.redaction),
    rules: route?.rules,
    user: principal?.user,
    application: principal?.application,
    credential: principal?.credential,
    status: finished.status,
    outcome: endOf(refusal, outcome),
    refusal: refusalIn(finished),
    findings: finished.findings?.map(finding => ({ ...finding, reason: kept(finding.reason, finished.redaction) })),
    ...(view && route?.policies?.(view)),
    totalMs: rounded(finished.totalMs),
    upstreamMs: upstreamMs === undefined ? undefined : rounded(upstreamMs),
    cache,
    bytesIn: outcome.bytesIn,
    bytesOut: outcome.bytesOut,
  }
}

/** The event of a request that could not even be read. */
export function unreadableEvent(
  problem: Problem,
  seen: {
    readonly id: string
    readonly at: number
    readonly snapshot: string
    readonly peer: string | undefined
    readonly door: string | undefined
  },
): CallEvent {
  return {
    id: seen.id,
    time: new Date(seen.at).toISOString(),
    snapshot: seen.snapshot,
    ...(seen.door !== undefined && { door: seen.door }),
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

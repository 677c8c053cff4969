import { after, type Call, type Handler, type Principal, type Reply, settled, type View } from '@sallyport/core'
import { isBodiless, type StagePorts } from '@sallyport/stages'
import { answerFields, requireStatus } from './answer-fields.ts'
import type { Endpoint, Given, Result, Shape } from './endpoint.ts'
import type { ReadCall } from './given.ts'
import type { Streamed } from './media.ts'
import type { Fit } from './response.ts'
import { StreamedBody } from './streamed-body.ts'
import { usualStatus } from './usual-status.ts'
import { type Handled, Within, within } from './within.ts'

/** What a handler knows beside its input. */
export interface Context extends Handled {
  /** Who calls. */
  readonly caller: Principal
  /** 128 random bits in hex: what records, refusals and `Sallyport-Call-Id` call this call by. */
  readonly callId: string
  /** The address of the caller, where it is known. */
  readonly ip: string | undefined
  /** When it came: milliseconds since the epoch. */
  readonly at: number
}

/** An answer with another status than the usual one, or with fields of its own. Its body is judged by what the endpoint declares for the status. */
export class Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>>) {
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** What a handler gives back where the usual status doesn't fit: `answer(409, { message: 'taken' })`. */
export const answer = (status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  new Answer(status, body, headers)

/** An operation's own work. What it throws is a 500 of which the caller sees nothing, unless it is a Problem. */
export type Work<S extends Shape> = (given: Given<S> & Context) => Result<S> | Answer | Promise<Result<S> | Answer>

const none = new Uint8Array(0)

type Fits = ReadonlyMap<number, Fit>

/** Nothing is made for callers who get none of it. */
function streamed(stream: Streamed, head: Omit<Reply, 'kind' | 'body'>, { method }: Call, ports: StagePorts): Reply {
  const body = new StreamedBody(stream, ports.fault)
  if (!isBodiless(method, head.status)) return { kind: 'stream', ...head, body }
  body.cancel(new Error('an answer without a body'))
  return { kind: 'answer', ...head, body: none }
}

function replyOf(
  { route }: Endpoint<Shape>,
  fits: Fits,
  { status, body, headers }: Answer,
  { call, ports }: Within,
): Reply | Promise<Reply> {
  const fit = fits.get(status)
  requireStatus(status)
  const own = answerFields(headers)
  if (fit === undefined) {
    if (body !== undefined) throw new TypeError(`${route} gave a body with ${status}, and declares none`)
    return { kind: 'answer', status, headers: own, body: none }
  }
  return after(fit(body), made => {
    if ('faults' in made)
      throw new TypeError(`${route} gave what its response does not allow: ${JSON.stringify(made.faults)}`)
    const { type } = made.value
    const head = { status, headers: ['Content-Type', type, 'X-Content-Type-Options', 'nosniff', ...own] }
    if ('stream' in made.value) return streamed(made.value.stream, head, call, ports)
    return { kind: 'answer', ...head, body: made.value.content }
  })
}

const contextOf = ({ call, principal }: View, ports: StagePorts): Context => ({
  [within]: new Within(call, ports),
  caller: principal,
  callId: call.id,
  ip: call.ip,
  at: call.at,
})

/** A reply that sets cookies is for one caller (RFC 9111 section 7.3). */
function withCookies(reply: Reply, { [within]: { cookies } }: Context): Reply {
  if (cookies.size === 0) return reply
  const fields = [...cookies.values()].flatMap(cookie => ['Set-Cookie', cookie])
  return { ...reply, headers: [...reply.headers, ...fields, 'Cache-Control', 'no-store'] }
}

/** Work as the handler of an operation: its input read by then, its result fitted and stripped of what isn't declared. */
export function handlerOf<S extends Shape>(
  endpoint: Endpoint<S>,
  fits: Fits,
  work: Work<S>,
  readOf: (view: View) => ReadCall<S>,
): Handler {
  const usual = usualStatus(endpoint.shape)
  return view => {
    const { given, ports } = readOf(view)
    const context = contextOf(view, ports)
    const replied = settled(work({ ...given, ...context }), result =>
      replyOf(endpoint, fits, result instanceof Answer ? result : answer(usual, result), context[within]),
    )
    return after(replied, reply => withCookies(reply, context))
  }
}

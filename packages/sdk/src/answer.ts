import type { Handler, HeaderPairs, Principal, Reply, View } from '@sallyport/core'
import type { Endpoint, Given, Result, Shape } from './endpoint.ts'
import { fitted, type Schema } from './schema.ts'

/** What a handler knows beside its input. */
export interface Context {
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

const jsonFields: HeaderPairs = ['Content-Type', 'application/json', 'X-Content-Type-Options', 'nosniff']
const none = new Uint8Array(0)

/** The status of a result that doesn't say otherwise. */
export const usualStatus = ({ response, status }: Shape): number => status ?? (response === undefined ? 204 : 200)

function schemaFor({ shape }: Endpoint<Shape>, status: number): Schema | undefined {
  if (status === usualStatus(shape)) return shape.response
  const { responses = {} } = shape
  return Object.hasOwn(responses, status) ? responses[status] : undefined
}

async function replyOf(endpoint: Endpoint<Shape>, { status, body, headers }: Answer): Promise<Reply> {
  const schema = schemaFor(endpoint, status)
  const own = Object.entries(headers).flat()
  if (schema === undefined) {
    if (body !== undefined) throw new TypeError(`${endpoint.route} gave a body with ${status}, and declares none`)
    return { kind: 'answer', status, headers: own, body: none }
  }
  const made = await fitted(schema, body)
  if ('faults' in made)
    throw new TypeError(`${endpoint.route} gave what its response does not allow: ${JSON.stringify(made.faults)}`)
  return { kind: 'answer', status, headers: [...jsonFields, ...own], body: JSON.stringify(made.value) }
}

const contextOf = ({ call, principal }: View): Context => ({
  caller: principal,
  callId: call.id,
  ip: call.ip,
  at: call.at,
})

/** Work as the handler of an operation: its input read by then, its result fitted and stripped of what isn't declared. */
export function handlerOf<S extends Shape>(
  endpoint: Endpoint<S>,
  work: Work<S>,
  givenOf: (view: View) => Given<S>,
): Handler {
  return async view => {
    const result = await work({ ...givenOf(view), ...contextOf(view) })
    return replyOf(endpoint, result instanceof Answer ? result : answer(usualStatus(endpoint.shape), result))
  }
}

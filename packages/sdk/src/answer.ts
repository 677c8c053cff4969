import type { Handler, HeaderPairs, Principal, Reply, View } from '@sallyport/core'
import type { Endpoint, Given, Result, Shape } from './endpoint.ts'
import { fitted } from './schema.ts'

/** What a handler knows beside its input. */
export interface Context {
  /** Who calls. */
  readonly caller: Principal
  /** 128 random bits in hex: what records, refusals and `Sallyport-Call-Id` call this call by. */
  readonly callId: string
  /** The address of the caller, where it is known. */
  readonly ip: string | undefined
}

/** An operation's own work. What it throws is a 500 of which the caller sees nothing, unless it is a Problem. */
export type Work<S extends Shape> = (given: Given<S> & Context) => Result<S> | Promise<Result<S>>

const jsonFields: HeaderPairs = ['Content-Type', 'application/json', 'X-Content-Type-Options', 'nosniff']
const none = new Uint8Array(0)

async function replyOf({ shape, route }: Endpoint<Shape>, result: unknown): Promise<Reply> {
  const { response } = shape
  if (response === undefined) {
    if (result !== undefined) throw new TypeError(`${route} gave a result, and declares no response`)
    return { kind: 'answer', status: shape.status ?? 204, headers: [], body: none }
  }
  const made = await fitted(response, result)
  if ('faults' in made)
    throw new TypeError(`${route} gave what its response does not allow: ${JSON.stringify(made.faults)}`)
  return { kind: 'answer', status: shape.status ?? 200, headers: jsonFields, body: JSON.stringify(made.value) }
}

const contextOf = ({ call, principal }: View): Context => ({ caller: principal, callId: call.id, ip: call.ip })

/** Work as the handler of an operation: its input read by then, its result fitted and stripped of what isn't declared. */
export function handlerOf<S extends Shape>(
  endpoint: Endpoint<S>,
  work: Work<S>,
  givenOf: (view: View) => Given<S>,
): Handler {
  return async view => replyOf(endpoint, await work({ ...givenOf(view), ...contextOf(view) }))
}

import { AsyncLocalStorage } from 'node:async_hooks'
import type { CallEvent } from '@sallyport/core'
import { type App, app } from '../app.ts'
import type { AppOptions } from '../app-options.ts'
import { Agreed, type Caller } from './caller.ts'

/** Milliseconds since the epoch, or a time as RFC 3339 has it. */
export type Time = number | string

/** What a call came to. */
export interface Told {
  readonly status: number
  readonly headers: Headers
  /** JSON, else the text; undefined where there is none. */
  readonly body: unknown
  /** Its record: who called, what refused and why. */
  readonly event: CallEvent | undefined
}

/** Calls of an application without a port. What is said of a call holds for what follows, and changes nothing before it. */
export interface Calls {
  /** As somebody whom no credential has to prove. Every other stage judges the call as any. */
  as(caller: Caller): Calls
  at(time: Time): Calls
  from(ip: string): Calls
  /** With fields of its own, such as a credential to be verified. */
  with(headers: Readonly<Record<string, string>>): Calls
  get(path: string): Promise<Told>
  delete(path: string): Promise<Told>
  /** The body goes as JSON. */
  post(path: string, body?: unknown): Promise<Told>
  put(path: string, body?: unknown): Promise<Told>
  patch(path: string, body?: unknown): Promise<Told>
}

/** What a call is made of beside what it asks. */
interface Setting {
  readonly time: number
  readonly ip: string
  readonly headers: Readonly<Record<string, string>>
}

function millisecondsOf(time: Time): number {
  const at = typeof time === 'number' ? time : Date.parse(time)
  if (Number.isFinite(at)) return at
  throw new TypeError(`${JSON.stringify(time)} is no time such as 2026-01-15T12:00:00Z`)
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  return /[/+]json\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
}

/** An application under test, and what its calls need of it. */
interface Tested {
  readonly fetch: App['fetch']
  readonly times: AsyncLocalStorage<number>
  readonly agreed: Agreed
  readonly events: Map<string, CallEvent>
}

async function told({ fetch, times, events }: Tested, { time, ip, headers }: Setting, path: string, init: RequestInit) {
  const request = new Request(new URL(path, 'http://localhost'), { ...init, headers })
  const response = await times.run(time, () => fetch(request, { peer: ip }))
  const id = response.headers.get('sallyport-call-id') ?? ''
  const event = events.get(id)
  events.delete(id)
  return { status: response.status, headers: response.headers, body: await bodyOf(response), event }
}

function callsOf(tested: Tested, setting: Setting): Calls {
  const but = (more: Partial<Setting>) => callsOf(tested, { ...setting, ...more })
  const also = (headers: Setting['headers']) => but({ headers: { ...setting.headers, ...headers } })
  const without = (method: string) => (path: string) => told(tested, setting, path, { method })
  const withBody = (method: string) => (path: string, body?: unknown) => {
    if (body === undefined) return told(tested, setting, path, { method })
    const headers = { 'content-type': 'application/json', ...setting.headers }
    return told(tested, { ...setting, headers }, path, { method, body: JSON.stringify(body) })
  }
  return {
    as: caller => also(tested.agreed.fieldsFor(caller)),
    at: time => but({ time: millisecondsOf(time) }),
    from: ip => but({ ip }),
    with: also,
    get: without('GET'),
    delete: without('DELETE'),
    post: withBody('POST'),
    put: withBody('PUT'),
    patch: withBody('PATCH'),
  }
}

/**
 * An application to be called by tests: as anybody, at any time, without a port. `now` is the time of calls that say none; it stands
 * still. Limits are counted in memory. Rejects as `app` does.
 */
export async function testing(options: AppOptions, { now }: { readonly now: Time }): Promise<Calls> {
  const time = millisecondsOf(now)
  const times = new AsyncLocalStorage<number>()
  const agreed = new Agreed()
  const events = new Map<string, CallEvent>()
  const { counters: _, ...memory } = options
  const { identify, operations, record } = options
  const { fetch } = await app({
    ...memory,
    ...(identify && { identify: agreed.beside(identify) }),
    operations: operations.map(operation => {
      const { rules } = operation
      if (rules.identify === undefined) return operation
      return { ...operation, rules: { ...rules, identify: agreed.beside(rules.identify) } }
    }),
    clock: { now: () => times.getStore() ?? time, elapsed: () => 0 },
    record(event) {
      events.set(event.id, event)
      record?.(event)
    },
  })
  return callsOf({ fetch, times, agreed, events }, { time, ip: '127.0.0.1', headers: {} })
}

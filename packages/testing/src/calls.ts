import { isIP } from 'node:net'
import { askingMessage, imaginedArrival } from '@sallyport/stages'
import type { Caller } from './caller.ts'
import { type Allowed, allowing, type Refused, refusing } from './expected.ts'
import type { Answer, Asked } from './made.ts'
import type { Make, Tester } from './tester.ts'
import type { Told } from './told.ts'

/** Milliseconds since the epoch, or a time as RFC 3339 has it. */
export type Time = number | string

/** A call that was made: what it came to, and what is expected of it. */
export interface Made extends Promise<Told> {
  /** Rejects with AssertionError, which tells what happened stage by stage, where it was refused or came to something else. */
  allowed(expected?: Allowed): Promise<Told>
  /** Rejects with AssertionError, which tells what happened stage by stage, where it was allowed or refused by something else. */
  refused(expected?: Refused): Promise<Told>
}

/** What a call brings. */
export interface Brought {
  /** Goes as JSON; bytes as they are. */
  readonly body?: unknown
  /** What the upstream is imagined to answer. Without it there is no answer that rules could judge. */
  readonly answer?: Answer
  /** What it is imagined to answer where rules ask it on their own account, by path and query: `{ '/items/1': { status: 404 } }`. */
  readonly asked?: Asked
}

/** Calls without a port. What is said of a call holds for what follows, and changes nothing before it. */
export interface Calls {
  /** As somebody whom no credential has to prove. Every other stage judges the call as any. */
  as(caller: Caller): Calls
  at(time: Time): Calls
  from(ip: string): Calls
  /** With fields of its own, such as a credential to be verified. */
  with(headers: Readonly<Record<string, string>>): Calls
  /** Any method: `POST /warehouse/orders`. What a message asks for may stand behind, in place of a body: `POST /mcp tools/call order`. */
  call(line: string, brought?: Brought): Made
  get(path: string): Made
  delete(path: string): Made
  /** The body goes as JSON. */
  post(path: string, body?: unknown): Made
  put(path: string, body?: unknown): Made
  patch(path: string, body?: unknown): Made
}

/** What a call is made of beside what it asks. */
interface CallSetting {
  readonly time: number
  readonly ip: string
  readonly headers: Readonly<Record<string, string>>
}

export function millisecondsOf(time: Time): number {
  const at = typeof time === 'number' ? time : Date.parse(time)
  if (Number.isFinite(at)) return at
  throw new TypeError(`${JSON.stringify(time)} is no time such as 2026-01-15T12:00:00Z`)
}

const lineShape = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\/[!-~]*)(?: (.+))?$/

const bytesOf = (body: unknown): Uint8Array =>
  body === undefined ? new Uint8Array(0) : body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))

/** The fields that come with a body; those that are given win. */
function fieldsFor(body: unknown, bytes: Uint8Array, given: CallSetting['headers']): CallSetting['headers'] {
  if (body === undefined) return given
  const isTyped = Object.keys(given).some(name => name.toLowerCase() === 'content-type')
  const type = isTyped || body instanceof Uint8Array ? {} : { 'Content-Type': 'application/json' }
  return { ...type, 'Content-Length': String(bytes.length), ...given }
}

/** Throws TypeError for what is no call. */
function maker(line: string, { body, answer, asked = {} }: Brought, { time, ip, headers }: CallSetting): Make {
  const [, method, written, asks] = lineShape.exec(line) ?? []
  if (method === undefined || written === undefined)
    throw new TypeError(`${JSON.stringify(line)} is no call such as 'GET /items'`)
  if (asks !== undefined && body !== undefined)
    throw new TypeError(`${JSON.stringify(line)} says what its body asks for: give one of the two`)
  const message = asks === undefined ? undefined : askingMessage({ method, path: written, asks })
  const path = message?.path ?? written
  const bytes = message?.body ?? bytesOf(body)
  const call = { method, path, ip, headers: fieldsFor(bytes.length === 0 ? body : (message ?? body), bytes, headers) }
  return gateway => ({ arrival: imaginedArrival(call, gateway), body: bytes, time, answer, asked })
}

function made(tester: Tester, make: Make): Made {
  const { told, expect } = tester.call(make)
  async function allowed(expected: Allowed = {}) {
    return expect(allowing(expected), allowed)
  }
  async function refused(expected: Refused = {}) {
    return expect(refusing(expected), refused)
  }
  return Object.assign(told, { allowed, refused })
}

/** Throws TypeError for what is no address. */
function requireIp(ip: string): string {
  if (isIP(ip) !== 0) return ip
  throw new TypeError(`${JSON.stringify(ip)} is no address`)
}

function callsBy(tester: Tester, setting: CallSetting): Calls {
  const but = (more: Partial<CallSetting>) => callsBy(tester, { ...setting, ...more })
  const also = (headers: CallSetting['headers']) => but({ headers: { ...setting.headers, ...headers } })
  const call = (line: string, brought: Brought = {}) => made(tester, maker(line, brought, setting))
  const without = (method: string) => (path: string) => call(`${method} ${path}`)
  const withBody = (method: string) => (path: string, body?: unknown) => call(`${method} ${path}`, { body })
  return {
    as: caller => also(tester.agreed.fieldsFor(caller)),
    at: time => but({ time: millisecondsOf(time) }),
    from: ip => but({ ip: requireIp(ip) }),
    with: also,
    call,
    get: without('GET'),
    delete: without('DELETE'),
    post: withBody('POST'),
    put: withBody('PUT'),
    patch: withBody('PATCH'),
  }
}

/** Calls from this machine, at a time, by nobody as long as nothing else is said. */
export const callsOf = (tester: Tester, time: number): Calls => callsBy(tester, { time, ip: '127.0.0.1', headers: {} })

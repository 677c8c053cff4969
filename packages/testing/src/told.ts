import { inspect } from 'node:util'
import type { CallEvent } from '@sallyport/core'
import type { Outcome } from './made.ts'

/** What a call came to. */
export interface Told {
  readonly status: number
  readonly headers: Headers
  /** JSON, else the text; undefined where there is none. */
  readonly body: unknown
  /** Its record: who called, what refused and why. */
  readonly event: CallEvent | undefined
}

export function bodyIn({ body, headers }: Outcome): unknown {
  if (body.length === 0) return undefined
  const text = Buffer.from(body).toString()
  const [, type = ''] = headers.find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return /[/+]json\b/.test(type) ? JSON.parse(text) : text
}

export function headersIn({ headers }: Outcome): Headers {
  const fields = new Headers()
  for (const [name, value] of headers) fields.append(name, value)
  return fields
}

/** What is another at each call, whatever the rules. */
const ownToCall: ReadonlySet<string> = new Set(['sallyport-call-id', 'date'])

const verdictOf = ({ event }: Outcome) =>
  JSON.stringify([event?.outcome, event?.status, event?.refusal, event?.findings])
const bodyText = ({ body }: Outcome) => Buffer.from(body).toString('latin1')
const headersText = ({ headers }: Outcome) =>
  JSON.stringify(headers.filter(([name]) => !ownToCall.has(name.toLowerCase())))

/** By the member of what is told: what of an outcome is the same where a test would see the same. */
const seenBy: Readonly<Record<keyof Told, (outcome: Outcome) => string>> = {
  status: ({ status }) => String(status),
  headers: headersText,
  body: outcome => bodyText(outcome).replaceAll(outcome.event?.id ?? '', ''),
  event: verdictOf,
}

/** Whether two outcomes differ in anything that leaves, here or to the upstream. */
export const differ = (one: Outcome, other: Outcome): boolean =>
  one.sent !== other.sent || Object.values(seenBy).some(seen => seen(one) !== seen(other))

/** Whether an outcome would look to a test as another did. */
export type Holds = (outcome: Outcome) => boolean

/** What is told of an outcome. What of it is looked at is expected of it: `expect` is told so. */
export function toldOf(outcome: Outcome, expect: (holds: Holds) => void): Told {
  const looked = <Value>(member: keyof Told, value: Value): Value => {
    const seen = seenBy[member]
    const expected = seen(outcome)
    expect(other => seen(other) === expected)
    return value
  }
  const headers = headersIn(outcome)
  const body = bodyIn(outcome)
  const told: Told = {
    get status() {
      return looked('status', outcome.status)
    },
    get headers() {
      return looked('headers', headers)
    },
    get body() {
      return looked('body', body)
    },
    get event() {
      return looked('event', outcome.event)
    },
  }
  // What is printed isn't expected.
  const shown = () => ({ status: outcome.status, headers, body, event: outcome.event })
  return Object.defineProperty(told, inspect.custom, { value: shown })
}

import { isDeepStrictEqual } from 'node:util'
import { nearest, type ProblemCode, type StageName } from '@sallyport/core'
import type { Outcome } from './made.ts'
import { bodyIn, headersIn } from './told.ts'

/** What an allowed call is expected to come to, beside being allowed. */
export interface Allowed {
  readonly status?: number
  /** All of it. */
  readonly body?: unknown
  /** Those that are named; undefined for one that must not be there. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Names of the rules that found something and let it pass, as they were told to: all of them, in the order of judgement. */
  readonly found?: readonly string[]
}

/** What a call is expected to be refused by, and how. */
export interface Refused {
  readonly stage?: StageName
  /** The rule's name (`policy`, `burst`), or what it asks (`policy office-hours.cedar`). */
  readonly by?: string
  /** The policy that forbids it. */
  readonly policy?: string
  readonly code?: ProblemCode
  readonly status?: number
  /** Seconds after which it may be tried again. */
  readonly retryAfter?: number
  readonly missing?: { readonly scopes?: readonly string[]; readonly roles?: readonly string[] }
}

/** By member: whether it is as expected. */
type Checks<Expected> = Readonly<Record<keyof Expected, (outcome: Outcome, expected: Expected) => boolean>>

const allowedChecks: Checks<Allowed> = {
  status: (outcome, { status }) => outcome.status === status,
  body: (outcome, { body }) => isDeepStrictEqual(bodyIn(outcome), body),
  headers(outcome, { headers = {} }) {
    const fields = headersIn(outcome)
    return Object.entries(headers).every(([name, value]) => (fields.get(name) ?? undefined) === value)
  },
  found: ({ event }, { found }) =>
    isDeepStrictEqual(
      (event?.findings ?? []).map(({ rule }) => rule),
      found,
    ),
}

const namesOf = ({ refusing, event }: Outcome) => [
  ...(event?.refusal?.rule === undefined ? [] : [event.refusal.rule]),
  ...(refusing === undefined ? [] : [refusing.name, refusing.label, `${refusing.name}: ${refusing.label}`]),
]

const refusedChecks: Checks<Refused> = {
  stage: ({ event }, { stage }) => event?.refusal?.stage === stage,
  by: (outcome, { by = '' }) => namesOf(outcome).includes(by),
  policy: ({ refusing }, { policy = '' }) => refusing?.parts.includes(policy) === true,
  code: ({ event }, { code }) => event?.refusal?.code === code,
  status: (outcome, { status }) => outcome.status === status,
  retryAfter: ({ event }, { retryAfter }) => event?.refusal?.retryAfter === retryAfter,
  missing: ({ event }, { missing }) => isDeepStrictEqual(event?.refusal?.missing ?? {}, missing),
}

/** What is expected of a call: undefined where it is so, else what isn't. */
export type Expectation = (outcome: Outcome) => string | undefined

const written = (value: unknown) => JSON.stringify(value) ?? 'none'

/**
 * The first member that isn't as expected, and what was. Throws TypeError for a member that there is none of: what isn't looked at would
 * hold always.
 */
function faultFinder<Expected extends object>(what: string, expected: Expected, checks: Checks<Expected>) {
  const names = Object.keys(checks)
  for (const name of Object.keys(expected)) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    throw new TypeError(`${what}: there is no ${name}${near === undefined ? '' : `; did you mean ${near}?`}`)
  }
  return (outcome: Outcome): string | undefined => {
    for (const name in checks)
      if (Object.hasOwn(expected, name) && !checks[name](outcome, expected)) return `${name} ${written(expected[name])}`
    return undefined
  }
}

/** Throws TypeError for what can't be expected. */
export function allowing(expected: Allowed): Expectation {
  const faultIn = faultFinder('allowed', expected, allowedChecks)
  return outcome => {
    if (outcome.event?.outcome !== 'answered') return 'to be allowed'
    const fault = faultIn(outcome)
    return fault && `to be allowed with ${fault}`
  }
}

/** Throws TypeError for what can't be expected. */
export function refusing(expected: Refused): Expectation {
  const faultIn = faultFinder('refused', expected, refusedChecks)
  return outcome => {
    if (outcome.event?.refusal === undefined) return 'to be refused'
    const fault = faultIn(outcome)
    return fault && `to be refused with ${fault}`
  }
}

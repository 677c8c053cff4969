import type { Json, Principal } from '@sallyport/core'
import { claimAt } from '@sallyport/tokens'
import type { Document } from './document.ts'
import { readMatcher } from './matcher.ts'
import type { Truth } from './truth.ts'

/** A matched value's record, within its document. */
export interface Match {
  readonly document: Document
  /** Undefined where no record is around the value. */
  readonly record: number | undefined
}

/** One side of a relation: what stands there, each value of a list by itself. */
type Operand =
  | { readonly of: 'answer'; read(match: Match): readonly Json[] }
  | { readonly of: 'caller'; read(principal: Principal): readonly Json[] }

const listed = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const named: ReadonlyMap<string, (principal: Principal) => string | undefined> = new Map([
  ['caller.sub', ({ user }) => user?.subject],
  ['caller.issuer', ({ user, application }) => (user ?? application)?.issuer],
  ['caller.application', ({ application }) => application?.subject],
])

function readFound(text: string): Operand {
  const find = readMatcher(`$${text.slice(1)}`)
  const valuesIn = (document: Document) => find(document).flatMap(id => listed(document.valueOf(id)))
  if (text.startsWith('$')) return { of: 'answer', read: ({ document }) => valuesIn(document) }
  return {
    of: 'answer',
    read: ({ document, record }) => (record === undefined ? [] : valuesIn(document.part(record))),
  }
}

const claims = 'caller.claims.'

/** Reads `@.doctor`, `$.owner`, `caller.sub` or `caller.claims.PATH`. Throws BadJsonPath; undefined where it is none of these. */
function readOperand(text: string): Operand | undefined {
  if (text.startsWith('@') || text.startsWith('$')) return readFound(text)
  const own = named.get(text)
  if (own !== undefined) return { of: 'caller', read: principal => listed(own(principal)) }
  if (!text.startsWith(claims) || text === claims) return undefined
  const path = text.slice(claims.length)
  return { of: 'caller', read: ({ claims }) => listed(claimAt(claims, path)) }
}

/** What names somebody: a text, or a whole number that means the same to every reader. */
function nameIn(value: Json): string | undefined {
  if (typeof value === 'string' && value !== '') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}

const valuesOf = (side: Operand, principal: Principal, match: Match) =>
  side.of === 'caller' ? side.read(principal) : side.read(match)

export interface Relation {
  /** Whether one of the left values names the same as one of the right ones; undefined where there is nothing to compare. */
  holds(principal: Principal, match: Match): Truth
  /** What of the caller it looks at. */
  ofCaller(principal: Principal): readonly Json[]
}

/** The relation `same`. Throws BadJsonPath, and TypeError where a side is none. */
export function readSame(sides: readonly [string, string]): Relation {
  const [left, right] = sides.map(side => {
    const operand = readOperand(side)
    if (operand === undefined) throw new TypeError(`${side} is nothing that can be compared`)
    return operand
  })
  if (left === undefined || right === undefined) throw new TypeError('two sides are compared')
  return {
    holds(principal, match) {
      const names = [left, right].map(side => valuesOf(side, principal, match).map(nameIn))
      const [those = [], others = []] = names
      if (those.some(name => name !== undefined && others.includes(name))) return true
      const isClear = names.every(side => side.length > 0 && !side.includes(undefined))
      return isClear ? false : undefined
    },
    ofCaller: principal => [left, right].flatMap(side => (side.of === 'caller' ? side.read(principal) : [])),
  }
}

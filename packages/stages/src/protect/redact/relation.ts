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

/** Whom values name, and whether each of them names somebody. */
interface Names {
  readonly all: ReadonlySet<string>
  readonly areClear: boolean
}

/** One side of a relation: what stands there, each value of a list by itself. */
type Operand =
  | { readonly of: 'answer'; names(match: Match): Names }
  | { readonly of: 'caller'; values(principal: Principal): readonly Json[] }

const listed = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const named: ReadonlyMap<string, (principal: Principal) => string | undefined> = new Map([
  ['caller.sub', ({ user }) => user?.subject],
  ['caller.issuer', ({ user, application }) => (user ?? application)?.issuer],
  ['caller.application', ({ application }) => application?.subject],
])

/** What names somebody: a text, or a whole number that means the same to every reader. */
function nameIn(value: Json): string | undefined {
  if (typeof value === 'string' && value !== '') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}

function namesIn(values: readonly Json[]): Names {
  const names = values.map(nameIn)
  const all = new Set(names.filter(name => name !== undefined))
  return { all, areClear: names.length > 0 && !names.includes(undefined) }
}

const nobody = namesIn([])

/** A record is looked at once, however many values are judged by it. */
function readFound(text: string): Operand {
  const find = readMatcher(`$${text.slice(1)}`)
  const known = new WeakMap<Document, Names>()
  const namesWithin = (document: Document) => {
    const names = known.get(document) ?? namesIn(find(document).flatMap(id => listed(document.valueOf(id))))
    known.set(document, names)
    return names
  }
  if (text.startsWith('$')) return { of: 'answer', names: ({ document }) => namesWithin(document) }
  return {
    of: 'answer',
    names: ({ document, record }) => (record === undefined ? nobody : namesWithin(document.part(record))),
  }
}

const claims = 'caller.claims.'

/** Reads `@.doctor`, `$.owner`, `caller.sub` or `caller.claims.PATH`. Throws BadJsonPath; undefined where it is none of these. */
function readOperand(text: string): Operand | undefined {
  if (text.startsWith('@') || text.startsWith('$')) return readFound(text)
  const own = named.get(text)
  if (own !== undefined) return { of: 'caller', values: principal => listed(own(principal)) }
  if (!text.startsWith(claims) || text === claims) return undefined
  const path = text.slice(claims.length)
  return { of: 'caller', values: ({ claims }) => listed(claimAt(claims, path)) }
}

const namesOf = (side: Operand, principal: Principal, match: Match) =>
  side.of === 'caller' ? namesIn(side.values(principal)) : side.names(match)

/** Whether some name is in both. */
function meet({ all: some }: Names, { all: others }: Names): boolean {
  const [few, many] = some.size < others.size ? [some, others] : [others, some]
  return [...few].some(name => many.has(name))
}

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
      const [those, others] = [namesOf(left, principal, match), namesOf(right, principal, match)]
      if (meet(those, others)) return true
      return those.areClear && others.areClear ? false : undefined
    },
    ofCaller: principal => [left, right].flatMap(side => (side.of === 'caller' ? side.values(principal) : [])),
  }
}

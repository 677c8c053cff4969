import type { Json, Principal } from '@sallyport/core'
import { claimAt } from '@sallyport/tokens'
import type { Truth } from './truth.ts'

/** What stands in the answer where one side of a relation leads to, from a match. */
export type ReadPlace<Match> = (match: Match) => readonly Json[]

/** Reads a side that leads into the answer, in the words of its language; undefined where it is none. */
export type ReadSide<Match> = (text: string) => ReadPlace<Match> | undefined

/** One side of a relation: what stands there, each value of a list by itself. */
type Operand<Match> =
  | { readonly of: 'answer'; readonly read: ReadPlace<Match> }
  | { readonly of: 'caller'; read(principal: Principal): readonly Json[] }

const listed = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const named: ReadonlyMap<string, (principal: Principal) => string | undefined> = new Map([
  ['caller.sub', ({ user }) => user?.subject],
  ['caller.issuer', ({ user, application }) => (user ?? application)?.issuer],
  ['caller.application', ({ application }) => application?.subject],
])

const claims = 'caller.claims.'

/** Reads `caller.sub`, `caller.claims.PATH` or a place in the answer; undefined where it is none of these. */
function readOperand<Match>(text: string, side: ReadSide<Match>): Operand<Match> | undefined {
  const read = side(text)
  if (read !== undefined) return { of: 'answer', read }
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

const valuesOf = <Match>(side: Operand<Match>, principal: Principal, match: Match) =>
  side.of === 'caller' ? side.read(principal) : side.read(match)

export interface Relation<Match> {
  /** Whether one of the left values names the same as one of the right ones; undefined where there is nothing to compare. */
  holds(principal: Principal, match: Match): Truth
  /** What of the caller it looks at. */
  ofCaller(principal: Principal): readonly Json[]
}

/** The relation `same`. Throws what `side` throws, and TypeError where a side is none. */
export function readSame<Match>(sides: readonly [string, string], side: ReadSide<Match>): Relation<Match> {
  const [left, right] = sides.map(text => {
    const operand = readOperand(text, side)
    if (operand === undefined) throw new TypeError(`${text} is nothing that can be compared`)
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

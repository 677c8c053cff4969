import type { Json, Principal } from '@sallyport/core'
import { claimAt } from '@sallyport/tokens'
import type { Truth } from './truth.ts'

/** What stands in the answer where one side of a relation leads to, from a match: the same list for all that lead to the same place. */
export type ReadPlace<Match> = (match: Match) => readonly Json[]

/** Reads a side that leads into the answer, in the words of its language; undefined where it is none. */
export type ReadSide<Match> = (text: string) => ReadPlace<Match> | undefined

/** Whom values name, and whether each of them names somebody. */
interface Names {
  readonly all: ReadonlySet<string>
  readonly areClear: boolean
}

/** One side of a relation: what stands there, each value of a list by itself. */
type Operand<Match> =
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

/** A place is looked at once, however many values are judged by it. */
function namesAt<Match>(read: ReadPlace<Match>): (match: Match) => Names {
  const known = new WeakMap<readonly Json[], Names>()
  return match => {
    const values = read(match)
    const names = known.get(values) ?? namesIn(values)
    known.set(values, names)
    return names
  }
}

const claims = 'caller.claims.'

/** Reads `caller.sub`, `caller.claims.PATH` or a place in the answer; undefined where it is none of these. */
function readOperand<Match>(text: string, side: ReadSide<Match>): Operand<Match> | undefined {
  const read = side(text)
  if (read !== undefined) return { of: 'answer', names: namesAt(read) }
  const own = named.get(text)
  if (own !== undefined) return { of: 'caller', values: principal => listed(own(principal)) }
  if (!text.startsWith(claims) || text === claims) return undefined
  const path = text.slice(claims.length)
  return { of: 'caller', values: ({ claims }) => listed(claimAt(claims, path)) }
}

const namesOf = <Match>(side: Operand<Match>, principal: Principal, match: Match) =>
  side.of === 'caller' ? namesIn(side.values(principal)) : side.names(match)

/** Whether some name is in both. */
function meet({ all: some }: Names, { all: others }: Names): boolean {
  const [few, many] = some.size < others.size ? [some, others] : [others, some]
  return [...few].some(name => many.has(name))
}

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
      const [those, others] = [namesOf(left, principal, match), namesOf(right, principal, match)]
      if (meet(those, others)) return true
      return those.areClear && others.areClear ? false : undefined
    },
    ofCaller: principal => [left, right].flatMap(side => (side.of === 'caller' ? side.values(principal) : [])),
  }
}

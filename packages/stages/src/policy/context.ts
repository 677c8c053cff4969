import { Problem, type View } from '@sallyport/core'
import { IpRange, type Value, type ValueRecord, ValueSet } from '@sallyport/policy'
import { shownBy } from './shown-time.ts'

/** Names of members, from the context downwards. */
export type Paths = readonly (readonly string[])[]

/** A member of the context, as a call has it; undefined where the call has none. */
type Member = (view: View) => Value | undefined

function timeIn(zone: string): Member {
  const shown = shownBy(zone)
  return ({ call: { at } }) => shown(at)
}

/** Texts by name. What stands several times, or is no text that policies can hold, can't be judged: as if it were missing it would open what forbids it. */
function single(name: string, values: readonly string[]): readonly (readonly [string, string])[] {
  const [value, more] = values
  if (value === undefined) return []
  if (more === undefined && value.isWellFormed()) return [[name, value]]
  throw new Problem('policy-refuses', {}, `${name} stands several times, or is no text`)
}

function addressOf(ip: string): IpRange {
  try {
    return IpRange.read(ip)
  } catch {
    throw new Problem('policy-refuses', {}, `${ip} is no address that policies know`)
  }
}

const headersNamed =
  (names: readonly string[]): Member =>
  ({ call: { headers } }) =>
    new Map(names.flatMap(name => single(name, headers.all(name))))

const queryNamed =
  (names: readonly string[]): Member =>
  ({ call: { target } }) => {
    const query = new URLSearchParams(target.query ?? '')
    return new Map(names.flatMap(name => single(name, query.getAll(name))))
  }

/** Names that stand below a member of the context. */
export const namesBelow = (member: string, paths: Paths): readonly string[] => [
  ...new Set(paths.flatMap(([first, second]) => (first === member && second !== undefined ? [second] : []))),
]

const membersFor = (zone: string, paths: Paths): Readonly<Record<string, Member>> => ({
  time: timeIn(zone),
  ip: ({ call: { ip } }) => (ip === undefined ? undefined : addressOf(ip)),
  scopes: ({ principal }) => new ValueSet([...principal.scopes]),
  credential: ({ principal }) => principal.credential.kind,
  headers: headersNamed(namesBelow('headers', paths)),
  query: queryNamed(namesBelow('query', paths)),
})

/** Makes the context of calls: of it what policies name, all of it where they name the whole. */
export function contextBy(zone: string, paths: Paths): (view: View) => ValueRecord {
  const whole = paths.some(path => path.length === 0)
  const named = new Set(paths.map(([first]) => first))
  const members = Object.entries(membersFor(zone, paths)).filter(([name]) => whole || named.has(name))
  return view => {
    const context = new Map<string, Value>()
    for (const [name, read] of members) {
      const value = read(view)
      if (value !== undefined) context.set(name, value)
    }
    return context
  }
}

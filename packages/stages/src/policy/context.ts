import { type Geo, type Json, type Network, Problem, type View } from '@sallyport/core'
import { IpRange, type Members, type Value, type ValueRecord, ValueSet } from '@sallyport/policy'
import { bodyNamed } from './body.ts'
import { labelsRecord } from './entities.ts'

/** Names of members, from the context downwards. */
export type Paths = readonly (readonly string[])[]

/** What the context of calls is made with. */
export interface ContextSetting {
  /** The time as the policies' clock shows it. */
  readonly clock: (at: number) => ValueRecord
  /** What is declared of JSON bodies; undefined where none is read. */
  readonly body: Members | undefined
}

/** A member of the context, as a call has it; undefined where the call has none. */
type Member = (view: View, body: Json | undefined) => Value | undefined

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

/** What a database tells of the caller's address. One that can't be read tells nothing that could be judged by. */
const placed =
  (look: (geo: Geo, ip: string) => Value | undefined): Member =>
  ({ call: { ip, geo } }) => {
    if (ip === undefined || geo === undefined) return undefined
    try {
      return look(geo, ip)
    } catch (error) {
      throw new Problem('policy-refuses', {}, `where ${ip} is can't be told: ${String(error)}`)
    }
  }

/** What policies see of a network. */
export function networkRecord({ asn, owner }: Partial<Network> & Pick<Network, 'asn'>): ValueRecord {
  return new Map<string, Value>([['asn', asn], ...(owner === undefined ? [] : [['owner', owner] as const])])
}

/** Names that stand below a member of the context. */
export const namesBelow = (member: string, paths: Paths): readonly string[] => [
  ...new Set(paths.flatMap(([first, second]) => (first === member && second !== undefined ? [second] : []))),
]

const membersFor = ({ clock, body }: ContextSetting, paths: Paths): Readonly<Record<string, Member>> => ({
  time: ({ call: { at } }) => clock(at),
  ip: ({ call: { ip } }) => (ip === undefined ? undefined : addressOf(ip)),
  scopes: ({ principal }) => new ValueSet([...principal.scopes]),
  credential: ({ principal }) => principal.credential.kind,
  headers: headersNamed(namesBelow('headers', paths)),
  query: queryNamed(namesBelow('query', paths)),
  api: ({ call: { labels } }) => labelsRecord(labels),
  country: placed(({ country }, ip) => country?.(ip)),
  network: placed(({ network }, ip) => {
    const told = network?.(ip)
    return told && networkRecord(told)
  }),
  ...(body && { body: bodyNamed(body, paths) }),
})

/** Whether policies name a member of the context, or all of it. */
export const isNamed = (member: string, paths: Paths): boolean =>
  paths.some(([first]) => first === undefined || first === member)

/** Makes the context of calls: of it what policies name, all of it where they name the whole. */
export function contextBy(setting: ContextSetting, paths: Paths): (view: View, body: Json | undefined) => ValueRecord {
  const members = Object.entries(membersFor(setting, paths)).filter(([name]) => isNamed(name, paths))
  return (view, body) => {
    const context = new Map<string, Value>()
    for (const [name, read] of members) {
      const value = read(view, body)
      if (value !== undefined) context.set(name, value)
    }
    return context
  }
}

import {
  type Attribute,
  type AuthorizeGuard,
  type CallEvent,
  type CallFacts,
  type NamedFacts,
  type Place,
  type Policies,
  type PolicyVerdict,
  type Principal,
  remembered,
  type View,
} from '@sallyport/core'
import type { Identification } from '../identify/identification.ts'
import type { Made } from '../judge.ts'
import type { LogRedaction } from './redaction.ts'

/** Characters of a value, and values and characters of a list, that are remembered; of what is more nothing is. */
const most = { text: 256, values: 64, characters: 2048 } as const

/** Fields that are credentials or prove them, whatever they are named like. */
const neverHeaders: readonly string[] = ['authorization', 'cookie', 'dpop', 'proxy-authorization']

type CallerFacts = CallFacts['caller']
type RequestFacts = NonNullable<CallFacts['request']>
type Names = CallerFacts['roles']

/** Tells what may be remembered. */
interface Sieve {
  /** Whether values of this name may. */
  name(name: string): boolean
  /** Whether this one may. */
  text(text: string): boolean
}

/** No sign that a secret could stand behind: what most values look like. */
const bare = /^[\w-]*$/

const sieveOf = (redaction: LogRedaction): Sieve => ({
  name: name => JSON.stringify(redaction.value({ [name]: '' })) === JSON.stringify({ [name]: '' }),
  text: text => text.length <= most.text && (bare.test(text) || redaction.text(text) === text),
})

const fits = (texts: readonly string[]) =>
  texts.length <= most.values && texts.reduce((sum, { length }) => sum + length, 0) <= most.characters

/** Names that are many are remembered as far as policies name them. */
function namesOf(names: ReadonlySet<string>, named: readonly string[], sieve: Sieve): Names {
  const all = [...names]
  if (fits(all) && all.every(sieve.text)) return { has: all }
  const of = named.filter(sieve.text)
  const known = fits(of) ? of : []
  return { has: known.filter(name => names.has(name)), of: known }
}

function isKept(attribute: Attribute, sieve: Sieve): boolean {
  if (typeof attribute === 'string') return sieve.text(attribute)
  return typeof attribute !== 'object' || (fits(attribute) && attribute.every(sieve.text))
}

const withUnfit = (unfit: readonly string[]) => (unfit.length > 0 ? { unfit: [...unfit] } : {})

type Claim = CallerFacts['claims'][string]

const writtenClaim = (attribute: Attribute): Claim => (typeof attribute === 'object' ? [...attribute] : attribute)

function claimsOf({ attributes = new Map() }: Principal, named: readonly string[], sieve: Sieve) {
  const unfit = [...attributes].flatMap(([name, attribute]) => (attribute === undefined ? [name] : []))
  const claims = named.flatMap((name): readonly (readonly [string, Claim])[] => {
    if (!attributes.has(name)) return [[name, null]]
    const attribute = attributes.get(name)
    return attribute !== undefined && isKept(attribute, sieve) ? [[name, writtenClaim(attribute)]] : []
  })
  return { claims: Object.fromEntries(claims), ...withUnfit(unfit) }
}

/** What is remembered of callers. Whoever calls again with a token that is remembered is the same object, so this is worked out once. */
function callerFacts(
  names: NamedFacts,
  { methods }: Identification,
  sieve: Sieve,
): (principal: Principal) => CallerFacts {
  const declared = new Set(methods.flatMap(({ attributes = {} }) => Object.keys(attributes)))
  const claims = [...declared].filter(name => names.attributes.has(name) && sieve.name(name))
  const known = new WeakMap<Principal, CallerFacts>()
  return principal => {
    const { roles, groups, scopes } = principal
    const facts = known.get(principal) ?? {
      roles: namesOf(roles, names.roles, sieve),
      groups: namesOf(groups, names.groups, sieve),
      scopes: namesOf(scopes, names.scopes, sieve),
      ...claimsOf(principal, claims, sieve),
    }
    known.set(principal, facts)
    return facts
  }
}

type Fields = RequestFacts['headers']

/** Reads values of one kind off a call, by their names; what can't be judged is added to `unfit`. */
function fieldsOf(
  of: string,
  names: readonly string[],
  all: (name: string) => readonly string[],
  sieve: Sieve,
  unfit: string[],
): Fields {
  const fields: Fields = {}
  for (const name of names) {
    const [value, more] = all(name)
    if (value === undefined) fields[name] = null
    else if (more !== undefined || !value.isWellFormed()) unfit.push(`${of}.${name}`)
    else if (sieve.text(value)) fields[name] = value
  }
  return fields
}

const parametersOf = (parameters: Readonly<Record<string, string>>, names: readonly string[], sieve: Sieve) =>
  Object.fromEntries(
    names.flatMap(name => {
      const value = parameters[name]
      return value?.isWellFormed() && sieve.text(value) ? [[name, value] as const] : []
    }),
  )

function membersOf(query: string | undefined): (name: string) => readonly string[] {
  const members = new URLSearchParams(query ?? '')
  return name => members.getAll(name)
}

/** Names of fields or members in which credentials may stand. */
const credentialNames = (places: readonly Place[], kind: 'header' | 'query') =>
  places.flatMap(place => (place.in === kind ? [place.name] : []))

/** What is remembered of requests; undefined where nothing of them is named. */
function requestFacts(
  names: NamedFacts,
  identify: Identification,
  sieve: Sieve,
): (view: View) => RequestFacts | undefined {
  const places = identify.places.map(({ place }) => place)
  const kept = (named: Iterable<string>, never: readonly string[]) =>
    [...named].filter(name => name !== '__proto__' && sieve.name(name) && !never.includes(name))
  const headers = kept(names.headers, [...neverHeaders, ...credentialNames(places, 'header')])
  const query = kept(names.query, credentialNames(places, 'query'))
  const isKeptParameter = remembered(name => name !== '__proto__' && sieve.name(name))
  return ({ call }) => {
    const { parameters } = call
    const captured = Object.keys(parameters).filter(isKeptParameter)
    if (headers.length + query.length + captured.length === 0) return undefined
    const unfit: string[] = []
    const headersOf = (name: string) => call.headers.all(name)
    return {
      headers: fieldsOf('headers', headers, headersOf, sieve, unfit),
      query: query.length === 0 ? {} : fieldsOf('query', query, membersOf(call.target.query), sieve, unfit),
      parameters: parametersOf(parameters, captured, sieve),
      ...withUnfit(unfit),
    }
  }
}

const flat = (all: readonly Policies[], of: (names: NamedFacts) => Iterable<string>) => [
  ...new Set(all.flatMap(({ names }) => [...of(names)])),
]

const together = (all: readonly Policies[]): NamedFacts => ({
  attributes: new Set(flat(all, names => names.attributes)),
  roles: flat(all, names => names.roles),
  groups: flat(all, names => names.groups),
  scopes: flat(all, names => names.scopes),
  headers: flat(all, names => names.headers),
  query: flat(all, names => names.query),
})

/** What policies made of a call, and what they judged by. */
type PolicyRecord = Pick<CallEvent, 'policies' | 'facts'>

/** A verdict that comes again is the same value, which becomes JSON once. */
function verdictsOf({ name, guard: { policies } }: Made<AuthorizeGuard>): (view: View) => PolicyVerdict[] {
  const plain = remembered((json): PolicyVerdict => ({ rule: name, ...JSON.parse(json) }))
  return view => {
    const judged = policies?.judged(view)
    if (judged === undefined) return []
    return [judged.errors === undefined ? plain(JSON.stringify(judged)) : { rule: name, ...judged }]
  }
}

/** Tells of a call what policies made of it. */
export type PolicyRecorder = (view: View) => PolicyRecord

/** For the records of a route, by those of its rights that judge by policies; undefined where there are none. */
export function policyRecorder(
  judging: readonly Made<AuthorizeGuard>[],
  identify: Identification,
  redaction: LogRedaction,
): PolicyRecorder | undefined {
  if (judging.length === 0) return undefined
  const names = together(judging.flatMap(({ guard }) => guard.policies ?? []))
  const sieve = sieveOf(redaction)
  const [caller, request] = [callerFacts(names, identify, sieve), requestFacts(names, identify, sieve)]
  const verdicts = judging.map(verdictsOf)
  return view => {
    const asked = request(view)
    return {
      policies: verdicts.flatMap(verdict => verdict(view)),
      facts: { caller: caller(view.principal), ...(asked && { request: asked }) },
    }
  }
}

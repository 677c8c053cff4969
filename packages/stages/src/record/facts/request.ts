import { type Call, type CallFacts, type NamedFacts, type Place, remembered, type View } from '@sallyport/core'
import type { Identification } from '../../identify/identification.ts'
import { type Sieve, withUnfit } from './sieve.ts'

/** Fields that are credentials or prove them, whatever they are named like. */
const neverHeaders: readonly string[] = ['authorization', 'cookie', 'dpop', 'proxy-authorization']

type RequestFacts = NonNullable<CallFacts['request']>
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

type Places = Pick<RequestFacts, 'country' | 'network'>

/** What databases tell of the caller's address, as far as it is named and they tell; undefined where that is nothing. */
function placesBy({ attributes }: NamedFacts): (call: Call) => Places | undefined {
  if (!attributes.has('country') && !attributes.has('network')) return () => undefined
  return ({ ip, geo }) => {
    const { country, network } = ip === undefined ? {} : (geo ?? {})
    if (ip === undefined || (country ?? network) === undefined) return undefined
    try {
      return {
        ...(attributes.has('country') && country && { country: country(ip) ?? null }),
        ...(attributes.has('network') && network && { network: network(ip) ?? null }),
      }
    } catch {
      // A database that can't be read has refused the call.
      return undefined
    }
  }
}

/** What is remembered of requests; undefined where nothing of them is named. */
export function requestFacts(
  names: NamedFacts,
  identify: Identification,
  sieve: Sieve,
): (view: View) => RequestFacts | undefined {
  const read = identify.places.map(({ place }) => place)
  const placesOf = placesBy(names)
  const kept = (named: Iterable<string>, never: readonly string[]) =>
    [...named].filter(name => name !== '__proto__' && sieve.name(name) && !never.includes(name))
  const headers = kept(names.headers, [...neverHeaders, ...credentialNames(read, 'header')])
  const query = kept(names.query, credentialNames(read, 'query'))
  const isKeptParameter = remembered(name => name !== '__proto__' && sieve.name(name))
  return ({ call }) => {
    const { parameters } = call
    const captured = Object.keys(parameters).filter(isKeptParameter)
    const places = placesOf(call)
    if (places === undefined && headers.length + query.length + captured.length === 0) return undefined
    const unfit: string[] = []
    const headersOf = (name: string) => call.headers.all(name)
    return {
      headers: fieldsOf('headers', headers, headersOf, sieve, unfit),
      query: query.length === 0 ? {} : fieldsOf('query', query, membersOf(call.target.query), sieve, unfit),
      parameters: parametersOf(parameters, captured, sieve),
      ...places,
      ...withUnfit(unfit),
    }
  }
}

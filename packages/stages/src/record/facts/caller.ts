import type { Attribute, CallFacts, NamedFacts, Principal } from '@sallyport/core'
import type { Identification } from '../../identify/identification.ts'
import { fits, type Sieve, withUnfit } from './sieve.ts'

type CallerFacts = CallFacts['caller']
type Names = CallerFacts['roles']

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
export function callerFacts(
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

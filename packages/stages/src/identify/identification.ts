import {
  type Call,
  type IdentifyTree,
  isAll,
  isAny,
  type Method,
  type Place,
  type Principal,
  Problem,
  type Rule,
  type TokenPolicy,
} from '@sallyport/core'
import type { StagePorts } from '../ports.ts'
import { combine } from './combine.ts'
import { credentialIn, placeKey, schemeKey, textsAt } from './present.ts'

/** One WWW-Authenticate challenge of a route, without what a single refusal adds. */
export interface Challenge {
  /** The method whose challenge it is. */
  readonly kind: string
  readonly scheme: string
  readonly parameters: readonly string[]
}

/** A place, and the methods that read it. */
interface ReadPlace {
  readonly place: Place
  readonly key: string
  readonly readers: readonly Reader[]
}

/** A method at a place. Where several read one scheme there, each is asked whose a credential is. */
interface Reader {
  readonly method: Method
  readonly at: Place
  readonly contested: boolean
}

/** How an operation tells who is calling: its methods, and how their verdicts are taken together. */
export interface Identification {
  readonly label: string
  readonly methods: readonly Method[]
  readonly tree: IdentifyTree<Method>
  /** Each place once, however many methods read there. */
  readonly places: readonly ReadPlace[]
  readonly challenges: readonly Challenge[]
}

type RuleTree = IdentifyTree<Rule<StagePorts, Method>>

export function identifyLabel(tree: RuleTree): string {
  if (isAny(tree)) return `any of ${tree.any.map(identifyLabel).join(', ')}`
  if (isAll(tree)) return `all of ${tree.all.map(identifyLabel).join(', ')}`
  return tree.label
}

export function makeIdentification(tree: RuleTree, make: (rule: Rule<StagePorts, Method>) => Method): Identification {
  const methods: Method[] = []
  const grow = (node: RuleTree): IdentifyTree<Method> => {
    if (isAny(node)) return { any: node.any.map(grow) }
    if (isAll(node)) return { all: node.all.map(grow) }
    const method = make(node)
    methods.push(method)
    return method
  }
  const grown = grow(tree)
  const challenges = methods.flatMap(({ kind, challenge, passwordChallenge, proofChallenge }) =>
    [challenge, passwordChallenge, proofChallenge].flatMap(one => (one === undefined ? [] : [{ kind, ...one }])),
  )
  return { label: identifyLabel(tree), methods, tree: grown, places: placesRead(methods), challenges }
}

function placesRead(methods: readonly Method[]): ReadPlace[] {
  const readings = methods.flatMap(method => method.places.map(at => ({ method, at, scheme: schemeKey(at) })))
  const keys = new Set(readings.map(({ at }) => placeKey(at)))
  return [...keys].flatMap(key => {
    const here = readings.filter(({ at }) => placeKey(at) === key)
    const readers = here.map(({ method, at, scheme }) => ({
      method,
      at,
      contested: readings.filter(other => other.scheme === scheme).length > 1,
    }))
    return here.slice(0, 1).map(({ at }) => ({ place: at, key, readers }))
  })
}

const bad = (reason: string) => new Problem('credential-bad', {}, reason)

/** A credential, and the method whose own it is. */
export interface Presented {
  readonly method: Method
  readonly credential: string
}

function ownerOf({ readers, key }: ReadPlace, text: string): Presented {
  for (const { method, at, contested } of readers) {
    const credential = credentialIn(text, at)
    if (credential !== undefined && (!contested || method.owns(credential))) return { method, credential }
  }
  throw bad(`what stands in ${key} is no credential that is read here`)
}

/**
 * Every credential that was presented, in the order in which the methods are listed. A place that holds something which
 * no method owns is bad, and bad stops.
 */
export function presentedTo({ places, methods }: Identification, call: Call): readonly Presented[] {
  const presented: Presented[] = []
  for (const read of places) {
    const texts = textsAt(call, read.place)
    const [text] = texts
    if (text === undefined) continue
    if (texts.length > 1) throw bad(`${read.key} stands ${texts.length} times`)
    const one = ownerOf(read, text)
    if (presented.some(({ method }) => method === one.method))
      throw bad(`a ${one.method.kind} credential stands in two places`)
    presented.push(one)
  }
  if (presented.length < 2) return presented
  return presented.sort((a, b) => methods.indexOf(a.method) - methods.indexOf(b.method))
}

/** A call, and what its API asks of magic tokens. */
interface Asked {
  readonly call: Call
  readonly tokens: TokenPolicy
}

/** Told whose credential was bad. */
type Refuse = (error: unknown, method: Method) => never

/**
 * All that was presented must be good. Methods are asked one after the other, so a bad one spares the rest.
 */
export function verifyAll(
  identification: Identification,
  presented: readonly Presented[],
  asked: Asked,
  refuse: Refuse,
): Principal | undefined | Promise<Principal | undefined> {
  const [only] = presented
  if (only !== undefined && identification.tree === only.method) return verifiedBy(only, asked, refuse)
  const principals = new Map<Method, Principal>()
  const from = (index: number): Principal | undefined | Promise<Principal | undefined> => {
    const next = presented[index]
    if (next === undefined) return combine(identification.tree, principals)
    const { method } = next
    const good = (principal: Principal) => {
      principals.set(method, principal)
      return from(index + 1)
    }
    const verified = verifiedBy(next, asked, refuse)
    return verified instanceof Promise ? verified.then(good) : good(verified)
  }
  return from(0)
}

function verifiedBy({ method, credential }: Presented, { call, tokens }: Asked, refuse: Refuse) {
  try {
    const verified = method.verify(credential, call, tokens)
    return verified instanceof Promise ? verified.catch(error => refuse(error, method)) : verified
  } catch (error) {
    return refuse(error, method)
  }
}

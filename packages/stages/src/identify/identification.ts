import {
  type Call,
  type IdentifyTree,
  type Method,
  type Place,
  type Principal,
  Problem,
  type Rule,
} from '@sallyport/core'
import type { StagePorts } from '../ports.ts'
import { combine } from './combine.ts'
import { credentialIn, placeKey, schemeKey, textsAt } from './present.ts'

/** One WWW-Authenticate challenge of a route, without what a single refusal adds. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: readonly string[]
}

/** How an operation tells who is calling: its methods, and how their verdicts are taken together. */
export interface Identification {
  readonly label: string
  readonly methods: readonly Method[]
  readonly tree: IdentifyTree<Method>
  /** Each place once, however many methods read there. */
  readonly places: readonly Place[]
  /** Places and schemes that several methods read: there each credential is asked whose it is. */
  readonly contested: ReadonlySet<string>
  readonly challenges: readonly Challenge[]
}

type RuleTree = IdentifyTree<Rule<StagePorts, Method>>

export const isAny = <T>(tree: IdentifyTree<T>): tree is { readonly any: readonly IdentifyTree<T>[] } =>
  typeof tree === 'object' && tree !== null && 'any' in tree
export const isAll = <T>(tree: IdentifyTree<T>): tree is { readonly all: readonly IdentifyTree<T>[] } =>
  typeof tree === 'object' && tree !== null && 'all' in tree

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
  const places = new Map(methods.flatMap(method => method.places.map(place => [placeKey(place), place] as const)))
  const schemes = methods.flatMap(method => method.places.map(schemeKey))
  const contested = new Set(schemes.filter((key, i) => schemes.indexOf(key) !== i))
  const challenges = methods.flatMap(method => (method.challenge === undefined ? [] : [method.challenge]))
  return { label: identifyLabel(tree), methods, tree: grown, places: [...places.values()], contested, challenges }
}

const bad = (reason: string) => new Problem('credential-bad', {}, reason)

/** What each method found in its places. A place that holds something which no method owns is bad, and bad stops. */
export function presentedTo(identification: Identification, call: Call): ReadonlyMap<Method, string> {
  const presented = new Map<Method, string>()
  const owned = new Set<string>()
  for (const method of identification.methods) {
    for (const place of method.places) {
      const texts = textsAt(call, place)
      if (texts.length === 0) continue
      const [text = ''] = texts
      if (texts.length > 1) throw bad(`${placeKey(place)} stands ${texts.length} times`)
      const credential = credentialIn(text, place)
      if (credential === undefined) continue
      if (identification.contested.has(schemeKey(place)) && !method.owns(credential)) continue
      if (presented.has(method)) throw bad(`a ${method.kind} credential stands in two places`)
      presented.set(method, credential)
      owned.add(placeKey(place))
    }
  }
  for (const place of identification.places) {
    if (!owned.has(placeKey(place)) && textsAt(call, place).length > 0) {
      throw bad(`what stands in ${placeKey(place)} is no credential that is read here`)
    }
  }
  return presented
}

/** All that was presented must be good. Methods are asked one after the other, so a bad one spares the rest. */
export function verifyAll(
  identification: Identification,
  presented: ReadonlyMap<Method, string>,
  call: Call,
): Principal | undefined | Promise<Principal | undefined> {
  const waiting = [...presented]
  const principals = new Map<Method, Principal>()
  const next = (): Principal | undefined | Promise<Principal | undefined> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      const [method, credential] = entry
      const verified = method.verify(credential, call)
      if (verified instanceof Promise) {
        return verified.then(principal => {
          principals.set(method, principal)
          return next()
        })
      }
      principals.set(method, verified)
    }
    return combine(identification.tree, principals)
  }
  return next()
}

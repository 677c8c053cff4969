import {
  after,
  type HeaderList,
  type Json,
  Problem,
  type RequestBody,
  type Selector,
  type Target,
} from '@sallyport/core'
import type { HeldBodies } from '../bodies/held-bodies.ts'
import { readJsonBody } from '../bodies/json-body.ts'
import { connectionNames } from '../forward/hop-by-hop.ts'
import { queryValues } from '../identify/present.ts'
import type { Route } from '../route.ts'

const malformed = (detail: string) => new Problem('request-malformed', { detail }, detail)

/** Of two values a backend may take the first, the last, both joined or none: then it would choose otherwise. */
function single(values: readonly string[], what: string): string | undefined {
  if (values.length > 1) throw malformed(`the ${what} chooses the operation and stands more than once`)
  return values[0]
}

/** A field that Connection names never reaches the backend, which would then choose without it. */
function requireCrossing(name: string, headers: HeaderList): void {
  if (connectionNames(headers).has(name)) throw malformed(`the field ${name} chooses the operation and must cross`)
}

function headerIs(headers: HeaderList, name: string, wanted: string): boolean {
  requireCrossing(name, headers)
  return single(headers.all(name), `field ${name}`) === wanted
}

const queryIs = (target: Target, name: string, wanted: string) =>
  single(queryValues(target.query, name), `query parameter ${name}`) === wanted

/** The member that an RFC 6901 pointer names; undefined where there is none. */
function at(document: Json, pointer: string): Json | undefined {
  let value: Json | undefined = document
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Readonly<Record<string, Json>>)[key]
  }
  return value
}

function holds(selector: Selector, headers: HeaderList, target: Target, body: Json | undefined): boolean {
  const { header = {}, query = {}, json = {} } = selector
  return (
    Object.entries(header).every(([name, wanted]) => headerIs(headers, name, wanted)) &&
    Object.entries(query).every(([name, wanted]) => queryIs(target, name, wanted)) &&
    Object.entries(json).every(([pointer, wanted]) => body !== undefined && at(body, pointer) === wanted)
  )
}

const unselected = () => new Problem('route-unknown', {}, 'no operation here has these members')

/** It isn't known yet whose body it is. */
const tightest = (all: readonly Route['json'][]): Route['json'] =>
  all.reduce((one, other) => ({
    depth: Math.min(one.depth, other.depth),
    members: Math.min(one.members, other.members),
    items: Math.min(one.items, other.items),
    string: Math.min(one.string, other.string),
    number: Math.min(one.number, other.number),
  }))

/** The first operation whose selector holds; those with one come before the one without. Throws Problem `route-unknown`. */
export function select(
  routes: readonly Route[],
  headers: HeaderList,
  target: Target,
  { id, body }: { readonly id: string; readonly body: RequestBody },
  held: HeldBodies,
): Route | Promise<Route> {
  const [only] = routes
  if (only !== undefined && routes.length === 1 && only.selector === undefined) return only
  const ordered = [...routes].sort((a, b) => Number(b.selector !== undefined) - Number(a.selector !== undefined))
  const choose = (json: Json | undefined): Route => {
    const route = ordered.find(({ selector }) => selector === undefined || holds(selector, headers, target, json))
    if (route === undefined) throw unselected()
    return route
  }
  if (!ordered.some(route => route.selector?.json !== undefined)) return choose(undefined)
  const maxBody = Math.min(...ordered.map(route => route.maxBody))
  const json = tightest(ordered.map(route => route.json))
  const why = 'this operation is chosen by a member of its JSON body'
  return after(readJsonBody({ id, headers, body }, { maxBody, json, held, why }), choose)
}

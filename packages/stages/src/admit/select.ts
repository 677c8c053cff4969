import {
  type AskReader,
  after,
  type HeaderList,
  type Json,
  onceEach,
  Problem,
  type RequestBody,
  type Selector,
  type Target,
} from '@sallyport/core'
import { askedRoute } from '../asks/asked-route.ts'
import { isObject, member } from '../asks/members.ts'
import { choosingField, malformed, single } from '../asks/once.ts'
import { folded } from '../bodies/folded.ts'
import type { HeldBodies } from '../bodies/held-bodies.ts'
import { readJsonBody } from '../bodies/json-body.ts'
import { queryText, queryValues } from '../identify/present.ts'
import type { Route } from '../route.ts'

const headerIs = (headers: HeaderList, name: string, wanted: string) => choosingField(headers, name) === wanted

/** Parameters by the names that a server may take them for which parts pairs at `;` too, or passes over case. */
const parametersAlike = onceEach(({ query = '' }: Target) =>
  Map.groupBy(query.split(/[&;]/), pair => folded(queryText(pair.split('=', 1)[0] ?? ''))),
)

function queryIs(target: Target, name: string, wanted: string): boolean {
  const values = queryValues(target.query, name)
  const alike = parametersAlike(target).get(folded(name)) ?? []
  if (alike.length !== values.length)
    throw malformed(`another query parameter could be taken for ${name}, which chooses the operation`)
  return single(values, `query parameter ${name}`) === wanted
}

/** The member that an RFC 6901 pointer names; undefined where there is none. Throws Problem where another could be taken for it. */
function at(document: Json, pointer: string): Json | undefined {
  let value: Json | undefined = document
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value)) value = Object.hasOwn(value, key) ? value[Number(key)] : undefined
    else if (isObject(value)) value = member(value, key)
    else return undefined
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

/** It isn't known yet whose body it is. */
const tightest = (all: readonly Route['json'][]): Route['json'] =>
  all.reduce((one, other) => ({
    depth: Math.min(one.depth, other.depth),
    members: Math.min(one.members, other.members),
    items: Math.min(one.items, other.items),
    string: Math.min(one.string, other.string),
    number: Math.min(one.number, other.number),
  }))

/** A call as far as operations are chosen by it. */
export interface Sent {
  readonly id: string
  readonly method: string
  readonly headers: HeaderList
  readonly target: Target
  readonly body: RequestBody
}

const readerOf = (routes: readonly Route[]): AskReader | undefined =>
  routes.find(({ selector }) => selector?.asks !== undefined)?.selector?.asks?.reader

function readsBody(routes: readonly Route[], reader: AskReader | undefined, method: string): boolean {
  return reader?.readsBody(method) === true || routes.some(({ selector }) => selector?.json !== undefined)
}

/** Some servers pass over codings: bytes that are one message by their coding could be another without. */
function requireNoCoding(headers: HeaderList): void {
  const codings = headers.all('content-encoding').filter(coding => coding.toLowerCase() !== 'identity')
  if (codings.length === 0) return
  const detail = 'a message that chooses the operation is sent without a coding'
  throw new Problem('media-unsupported', { detail }, `content coding ${codings.join(', ').slice(0, 100)}`)
}

/**
 * Chooses the operation: the first whose selector holds, in the order of `inOrder`; `asked` is what its message asks for, where that
 * chooses. Throws Problem `route-unknown`, and where messages choose `operation-unknown`.
 */
export function select<Chosen>(
  routes: readonly Route[],
  sent: Sent,
  held: HeldBodies,
  chosen: (route: Route, asked: readonly string[] | undefined) => Chosen | Promise<Chosen>,
): Chosen | Promise<Chosen> {
  const [only] = routes
  if (only !== undefined && routes.length === 1 && only.selector === undefined) return chosen(only, undefined)
  const { id, method, headers, target, body } = sent
  const reader = readerOf(routes)
  const choose = (json: Json | undefined): Chosen | Promise<Chosen> => {
    const isOpen = ({ selector }: Route) => selector === undefined || holds(selector, headers, target, json)
    if (reader !== undefined) {
      const asked = reader.read({ method, headers, target, body: json })
      return chosen(askedRoute(routes.filter(isOpen), asked, headers), asked.names)
    }
    const route = routes.find(isOpen)
    if (route === undefined) throw new Problem('route-unknown', {}, 'no operation here has these members')
    return chosen(route, undefined)
  }
  if (!readsBody(routes, reader, method)) return choose(undefined)
  if (reader !== undefined) requireNoCoding(headers)
  const maxBody = Math.min(...routes.map(route => route.maxBody))
  const json = tightest(routes.map(route => route.json))
  const why = 'this operation is chosen by what its JSON body says'
  return after(readJsonBody({ id, headers, body }, { maxBody, json, held, why }), choose)
}

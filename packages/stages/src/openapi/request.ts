import type { Site, ValuePlace, View } from '@sallyport/core'
import type { Faults } from '../schemas/faults.ts'
import { isPinned, within } from '../schemas/pinned.ts'
import { below, memberOf, type OpenApiDocument, type Part, partsOf } from './document.ts'
import { describedParameter, type In, type Parameter } from './parameter.ts'
import { cookiePieces, formPieces, isOtherSpelling, Misread, Pieces } from './pieces.ts'
import { type BodyJudge, bodyJudge, noBodyJudge } from './request-body.ts'
import type { SchemaBook } from './schema-book.ts'

/** What a document says of an operation's requests. */
export interface DescribedRequest {
  readonly parameters: readonly Parameter[]
  /** Query parameters that carry credentials by the document's own security. */
  readonly credentials: ReadonlySet<string>
  readonly body: BodyJudge
  pins(place: ValuePlace): boolean
}

const places: readonly In[] = ['path', 'query', 'header', 'cookie']

/** The names of fields know no case. */
const placeKey = ({ in: place, at }: ValuePlace) => `${place} ${place === 'header' ? at.toLowerCase() : at}`

/** Whether all schemas of a body pin a place: it isn't looked at which of them a call is judged by. */
function pinsBody(body: Part, pointer: string, document: OpenApiDocument): boolean {
  const media = partsOf(below(body, 'content'))
  const follow = within(document.root)
  return media.length > 0 && media.every(([, one]) => isPinned(memberOf(one.json, 'schema') ?? true, pointer, follow))
}

/** Fields that the document says elsewhere what they are (OpenAPI 3.1 section 4.8.12.1). */
const otherwise: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])

/** Reads a parameter object; undefined for those that say nothing. `pathName` is a path parameter's name in the template. */
function parameterOf(written: Part, book: SchemaBook, document: OpenApiDocument, pathName: (name: string) => string) {
  const part = document.resolved(written)
  const name = memberOf(part.json, 'name')
  const place = places.find(one => one === memberOf(part.json, 'in'))
  if (typeof name !== 'string' || place === undefined) return undefined
  if (place === 'header' && otherwise.has(name.toLowerCase())) return undefined
  const required = place === 'path' || memberOf(part.json, 'required') === true
  const read = place === 'path' ? pathName(name) : name
  return describedParameter(part, { place, name: read, required }, book, document)
}

function listAt(part: Part | undefined): Part[] {
  if (part === undefined || !Array.isArray(part.json)) return []
  return part.json.map((json, i) => ({ json, at: [...part.at, i] }))
}

/** An operation's own parameters, and those of its path that it doesn't say otherwise. */
export function describedRequest(
  operation: Part,
  book: SchemaBook,
  document: OpenApiDocument,
  pathName: (name: string) => string,
): DescribedRequest {
  const shared = document.at([...operation.at.slice(0, -1), 'parameters'])
  const parameters = new Map<string, Parameter>()
  for (const part of [...listAt(shared), ...listAt(below(operation, 'parameters'))]) {
    const parameter = parameterOf(part, book, document, pathName)
    if (parameter !== undefined) parameters.set(`${parameter.in} ${parameter.name.toLowerCase()}`, parameter)
  }
  const body = below(operation, 'requestBody')
  const all = [...parameters.values()]
  const pinned = new Set(all.filter(({ pinned }) => pinned).map(one => placeKey({ in: one.in, at: one.name })))
  return {
    parameters: all,
    pins: place =>
      place.in === 'body'
        ? body !== undefined && pinsBody(document.resolved(body), place.at, document)
        : pinned.has(placeKey(place)),
    credentials: queryCredentials(document),
    body: body === undefined ? noBodyJudge : bodyJudge(document.resolved(body), book, document),
  }
}

function queryCredentials(document: OpenApiDocument): ReadonlySet<string> {
  const schemes = document.at(['components', 'securitySchemes'])?.json
  const keys = Object.values(typeof schemes === 'object' && schemes !== null ? schemes : {}).flatMap(scheme => {
    const name = memberOf(scheme, 'in') === 'query' ? memberOf(scheme, 'name') : undefined
    return typeof name === 'string' ? [name] : []
  })
  return new Set(keys)
}

/** What becomes of query parameters that the document doesn't know. */
export type UnknownQuery = 'refuse' | 'allow'

function queryOf(view: View, site: Site): Pieces | Faults {
  try {
    return formPieces(site.told(view).query.slice(1))
  } catch (error) {
    if (error instanceof Misread) return { query: [error.message] }
    throw error
  }
}

/** Names of a query that are refused: where others may pass, those that many servers read as values of a described one. */
function unknownIn(query: Pieces, { parameters, credentials }: DescribedRequest, unknownQuery: UnknownQuery): Faults {
  const names = new Set(parameters.flatMap(({ in: place, name }) => (place === 'query' ? [name] : [])))
  const isRefused = (name: string) => unknownQuery === 'refuse' || isOtherSpelling(name, names)
  const unknown = query.left().filter(name => !credentials.has(name) && isRefused(name))
  return Object.fromEntries(unknown.slice(0, 20).map(name => [`query.${name.slice(0, 100)}`, ['is not known here']]))
}

/** What is wrong with a request by what the document says of its operation; undefined where nothing is. */
export async function requestFaults(
  described: DescribedRequest,
  unknownQuery: UnknownQuery,
  view: View,
  site: Site,
): Promise<Faults | undefined> {
  const { parameters, body } = described
  const { headers } = view.call
  const query = queryOf(view, site)
  if (!(query instanceof Pieces)) return query
  const cookie = cookiePieces(headers.all('cookie'))
  const texts = { path: view.call.parameters, query, cookie, header: (name: string) => headers.all(name) }
  const found = await Promise.all(parameters.map(parameter => parameter.judge(texts)))
  const unknown = unknownIn(query, described, unknownQuery)
  const faults: Faults = Object.assign({}, ...found, unknown)
  if (Object.keys(faults).length > 0) return faults
  return body(view, site)
}

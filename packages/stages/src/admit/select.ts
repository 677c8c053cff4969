import {
  type HeaderList,
  type Json,
  JsonError,
  Problem,
  type RequestBody,
  readJsonBytes,
  type Selector,
  type Target,
} from '@sallyport/core'
import { queryValues } from '../identify/present.ts'
import type { Route } from '../routes.ts'

const everyIs = (values: readonly string[], wanted: string) =>
  values.length > 0 && values.every(value => value === wanted)

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
    Object.entries(header).every(([name, wanted]) => everyIs(headers.all(name), wanted)) &&
    Object.entries(query).every(([name, wanted]) => everyIs(queryValues(target.query, name), wanted)) &&
    Object.entries(json).every(([pointer, wanted]) => body !== undefined && at(body, pointer) === wanted)
  )
}

async function readBody(headers: HeaderList, body: RequestBody, maxBody: number): Promise<Json | undefined> {
  if (body.length === 0) return undefined
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type !== 'application/json' && !type.endsWith('+json')) {
    throw new Problem(
      'media-unsupported',
      { detail: 'this operation is chosen by a member of its JSON body' },
      `content type ${type}`,
    )
  }
  if (headers.has('content-encoding')) throw new Problem('media-unsupported', {}, 'a coded body cannot be chosen by')
  try {
    return readJsonBytes(await body.read(maxBody))
  } catch (error) {
    if (error instanceof JsonError) throw new Problem('body-malformed', { detail: error.message }, error.message)
    throw error
  }
}

const unselected = () => new Problem('route-unknown', {}, 'no operation here has these members')

/** The first operation whose selector holds; those with one come before the one without. Throws Problem `route-unknown`. */
export function select(
  routes: readonly Route[],
  headers: HeaderList,
  target: Target,
  body: RequestBody,
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
  return readBody(headers, body, Math.min(...ordered.map(route => route.maxBody))).then(choose)
}

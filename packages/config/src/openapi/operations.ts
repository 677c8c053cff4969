import { isDeepStrictEqual } from 'node:util'
import { nearest, type Template } from '@sallyport/core'
import { nodeAt, type Path, type Place, placeOf, quoted } from '../read/tree.ts'
import { type Part, type Reading, textAt } from './part.ts'
import { readSecurity, type Security } from './security.ts'
import { templateOf } from './template.ts'

/** One operation of an OpenAPI document, as far as a gateway needs to know it. */
export interface OpenApiOperation {
  /** Upper case. */
  readonly method: string
  /** The path template below the server's URL: `/items/{id}`. */
  readonly template: string
  readonly operationId: string | undefined
  readonly summary: string | undefined
  /** Its own, else the document's; undefined where neither says anything. */
  readonly security: Security | undefined
  readonly place: Place
  /** Where it stands in the document. */
  readonly path: Path
}

/** An operation with the shape of its template: two with one method and shape would match the same requests. */
interface Shaped {
  readonly operation: OpenApiOperation
  readonly shape: string
  readonly path: Path
}

/** Every operation under `paths`, with the security that it has of its own or inherits. */
export function readPaths(reading: Reading): OpenApiOperation[] {
  const inherited = readSecurity(reading, ['security'])
  const paths = nodeAt(reading.tree, ['paths'])
  if (paths === undefined) return []
  if (paths.kind !== 'map') {
    reading.wrong(['paths'], 'must be a map from paths to operations')
    return []
  }
  const shaped = [...paths.entries.keys()].flatMap(path => {
    if (path.startsWith('x-')) return []
    const template = templateOf(path)
    if (typeof template !== 'string') return readPathItem(reading, ['paths', path], template, inherited)
    reading.wrong(['paths', path], template)
    return []
  })
  return withoutDoubles(reading, shaped)
}

function withoutDoubles(reading: Reading, shaped: readonly Shaped[]): OpenApiOperation[] {
  const first = new Map<string, Shaped>()
  for (const each of [...shaped.filter(one => !isVariant(one)), ...shaped.filter(isVariant)]) {
    const id = `${each.operation.method} ${each.shape}`
    const earlier = first.get(id)
    if (earlier === undefined) {
      first.set(id, each)
      continue
    }
    const message = `matches the same requests as the operation on line ${earlier.operation.place.line}`
    if (isVariant(each) && isDeepStrictEqual(each.operation.security, earlier.operation.security)) {
      reading.note(each.path, `${message}; left out`)
    } else {
      reading.wrong(each.path, message)
    }
  }
  return Array.from(first.values(), ({ operation }) => operation)
}

/** Documents describe one operation in several ways under `/items#copy`; a server never sees what follows the `#`. */
function isVariant({ path }: Shaped): boolean {
  return String(path[1]).includes('#')
}

/** A path item's own keys stand beside those that its `$ref` leads to; the specification leaves open which would win. */
function readPathItem(reading: Reading, path: Path, template: Template, inherited: Security | undefined): Shaped[] {
  const own = reading.part(path)
  const target = own && reading.resolved(own)
  if (own === undefined || target === undefined) return []
  const parts = target.node === own.node ? [own] : [own, target]
  return parts.flatMap(part => readOperations(reading, part, template, inherited))
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const
const otherKeys: ReadonlySet<string> = new Set(['$ref', 'summary', 'description', 'servers', 'parameters'])

function readOperations(reading: Reading, item: Part, template: Template, inherited: Security | undefined): Shaped[] {
  if (item.node.kind !== 'map') {
    reading.wrong(item.path, 'must be a map from methods to operations')
    return []
  }
  return [...item.node.entries].flatMap(([key, { value }]) => {
    const path = [...item.path, key]
    if (otherKeys.has(key) || key.startsWith('x-')) return []
    if (value.kind !== 'map' || !methods.some(method => method === key)) {
      notAnOperation(reading, key, path)
      return []
    }
    const operation = {
      method: key.toUpperCase(),
      template: template.text,
      operationId: textAt(value, 'operationId'),
      summary: textAt(value, 'summary'),
      security: value.entries.has('security') ? readSecurity(reading, [...path, 'security']) : inherited,
      place: placeOf(reading.tree, path),
      path,
    }
    return [{ operation, shape: template.shape, path }]
  })
}

function notAnOperation(reading: Reading, key: string, path: Path): void {
  if (key === 'trace') reading.note(path, 'TRACE is never forwarded; this operation is left out')
  else if (methods.some(method => method === key)) reading.wrong(path, 'must be a map')
  else reading.wrong(path, `unknown key ${quoted(key)}`, { allowed: methods, nearest: nearest(key, methods) })
}

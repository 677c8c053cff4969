import type { Json } from '@sallyport/core'
import { below, isObject, memberOf, type OpenApiDocument, type Part, partsOf } from './document.ts'

/** What a schema says of how a text is to be read that stands for a value: only that, not whether it fits. */
export interface Shape {
  /** The types that the value may have; empty where the schema names none. */
  readonly types: ReadonlySet<string>
  readonly items: Shape | undefined
  readonly properties: ReadonlyMap<string, Shape>
}

const nothing: Shape = { types: new Set(), items: undefined, properties: new Map() }

/** Texts hold no values deeper than this: lists of objects of plain values. */
const depthMax = 3

const typeOf = (value: Json) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)

function typesOf(json: Json): string[] {
  const { type, enum: values, const: value } = isObject(json) ? json : {}
  const named = [type ?? []].flat().filter(name => typeof name === 'string')
  if (named.length > 0) return named
  if (Array.isArray(values)) return values.map(typeOf)
  return value === undefined ? [] : [typeOf(value)]
}

const inner = ['allOf', 'anyOf', 'oneOf'] as const

function merged(shapes: readonly Shape[]): Shape {
  return {
    types: new Set(shapes.flatMap(({ types }) => [...types])),
    items: shapes.find(({ items }) => items !== undefined)?.items,
    properties: new Map(shapes.flatMap(({ properties }) => [...properties])),
  }
}

/** How texts that stand for values of a schema are read. References and alternatives are followed a few steps. */
export function shapeOf(part: Part | undefined, document: OpenApiDocument, depth = 0): Shape {
  if (part === undefined || depth > depthMax) return nothing
  const schema = document.resolved(part)
  const items = below(schema, 'items')
  const own: Shape = {
    types: new Set(typesOf(schema.json)),
    items: items && shapeOf(items, document, depth + 1),
    properties: new Map(
      partsOf(below(schema, 'properties')).map(([name, property]) => [name, shapeOf(property, document, depth + 1)]),
    ),
  }
  const others = inner.flatMap(name => {
    const list = memberOf(schema.json, name)
    if (!Array.isArray(list)) return []
    return list.map((json, i) => shapeOf({ json, at: [...schema.at, name, i] }, document, depth + 1))
  })
  return others.length === 0 ? own : merged([own, ...others])
}

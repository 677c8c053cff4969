import { z } from 'zod'
import type { Path, Tree } from './tree.ts'

/*
 * All that is known about how zod schemas are built. Everything else asks here: what may stand at a path, which keys,
 * which values, in which words.
 */

export type Schema = z.core.$ZodType
export type Issue = z.core.$ZodIssue
export type IssueOf<Code extends Issue['code']> = Extract<Issue, { code: Code }>

/** An issue's path, which begins at the schema that was asked. */
export function pathOf(issue: Issue): Path {
  return issue.path.map(key => (typeof key === 'number' ? key : String(key)))
}

/** zod's own way to tell schemas apart: the public union of its schema classes, by `def.type`. */
function defOf(schema: Schema) {
  return (schema as z.core.$ZodTypes)._zod.def
}

/**
 * The schemas that judge the input once optional, default, lazy and their like are taken off: of a pipe the first, and
 * the second where it looks at what the first let through rather than at what a transform made.
 */
function layersOf(schema: Schema): Schema[] {
  const def = defOf(schema)
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return layersOf(def.innerType)
    case 'lazy':
      return layersOf(def.getter())
    case 'pipe': {
      const [first, second] = [layersOf(def.in), layersOf(def.out)]
      const firstKinds = first.flatMap(openUnion).map(kindOf)
      return [...first, ...second.filter(layer => openUnion(layer).some(option => narrows(option, firstKinds)))]
    }
    case 'transform':
      return []
    default:
      return [schema]
  }
}

function narrows(option: Schema, firstKinds: readonly Kind[]): boolean {
  if (firstKinds.length === 0 || firstKinds.includes('any')) return true
  return firstKinds.includes(kindOf(option)) && (kindOf(option) !== 'scalar' || valuesOf(option) !== undefined)
}

function openUnion(layer: Schema): Schema[] {
  const def = defOf(layer)
  if (def.type === 'union') return def.options.flatMap(optionsOf)
  return def.type === 'intersection' ? [...optionsOf(def.left), ...optionsOf(def.right)] : [layer]
}

/** The schemas that may judge the input, unions and intersections opened. */
export function optionsOf(schema: Schema): Schema[] {
  return layersOf(schema).flatMap(openUnion)
}

/** The branches of each union that judges the input, in the order of its issues. */
export function unionsOf(schema: Schema): (readonly Schema[])[] {
  return layersOf(schema).flatMap(layer => {
    const def = defOf(layer)
    if (def.type === 'intersection') return [...unionsOf(def.left), ...unionsOf(def.right)]
    return def.type === 'union' ? [def.options] : []
  })
}

/** What may stand under `key`, for every option that has such a place. */
function below(schema: Schema, key: string | number): Schema[] {
  return optionsOf(schema).flatMap(option => {
    const def = defOf(option)
    switch (def.type) {
      case 'object':
        return (Object.hasOwn(def.shape, key) ? def.shape[key] : def.catchall) ?? []
      case 'record':
        return def.valueType
      case 'array':
        return typeof key === 'number' ? def.element : []
      case 'tuple':
        return (typeof key === 'number' ? (def.items[key] ?? def.rest) : undefined) ?? []
      default:
        return []
    }
  })
}

/** All schemas that may judge what stands at `path`; unions on the way are followed on every side. */
export function schemasAt(schema: Schema, path: Path): Schema[] {
  let schemas = [schema]
  for (const key of path) schemas = schemas.flatMap(each => below(each, key))
  return schemas
}

/** The keys that an option knows by name: of an object, or of a record with listed keys. */
export function keysOf(option: Schema): string[] {
  const def = defOf(option)
  if (def.type === 'object') return Object.keys(def.shape)
  return def.type === 'record' ? [...(def.keyType._zod.values ?? [])].map(String) : []
}

/** The options of each intersection that judges the input: what fits it may have the keys of all of them. */
function groupsIn(schema: Schema): (readonly Schema[])[] {
  return layersOf(schema).flatMap(layer => {
    const def = defOf(layer)
    if (def.type === 'union') return def.options.flatMap(groupsIn)
    return def.type === 'intersection' ? [openUnion(layer)] : []
  })
}

/** The keys that may stand where an option of these schemas is meant. */
export function keysBeside(option: Schema, schemas: readonly Schema[]): string[] {
  const group = schemas.flatMap(groupsIn).find(options => options.includes(option)) ?? [option]
  return [...new Set(group.flatMap(keysOf))]
}

/** The values that an option lists: a literal's or an enum's. Undefined where it lists none. */
export function valuesOf(option: Schema): readonly unknown[] | undefined {
  const { type } = defOf(option)
  return type === 'literal' || type === 'enum' ? [...(option._zod.values ?? [])] : undefined
}

/** Whether a part must not be shown: the schema marks it, or what it stands in, as `writeOnly`, on any branch. */
export function secretsOf(schema: Schema): (path: Path) => boolean {
  return path => path.some((_, index) => schemasAt(schema, path.slice(0, index + 1)).some(isWriteOnly))
}

/** The same for what may stand there by mistake: a text where a map or list of secrets belongs may be one of them. */
export function hiddenOf(schema: Schema): (path: Path) => boolean {
  const isSecret = secretsOf(schema)
  return path => isSecret(path) || schemasAt(schema, path).flatMap(optionsOf).flatMap(partsOf).some(isWriteOnly)
}

function partsOf(option: Schema): Schema[] {
  const def = defOf(option)
  if (def.type === 'object') return Object.values(def.shape)
  if (def.type === 'record') return [def.valueType]
  return def.type === 'array' ? [def.element] : []
}

/** Whether a schema, or what it wraps, is marked `writeOnly`, JSON Schema's word for what must not be shown. */
function isWriteOnly(schema: Schema): boolean {
  const marked = z.globalRegistry.get(schema)
  if (marked !== undefined && 'writeOnly' in marked && marked.writeOnly === true) return true
  const def = defOf(schema)
  if ('innerType' in def) return isWriteOnly(def.innerType)
  if (def.type === 'pipe') return isWriteOnly(def.in) || isWriteOnly(def.out)
  return def.type === 'union' && def.options.some(isWriteOnly)
}

type Kind = Tree['kind'] | 'any'

const kinds: Partial<Record<z.core.$ZodTypeDef['type'], readonly [kind: Kind, words: string]>> = {
  string: ['scalar', 'text'],
  template_literal: ['scalar', 'text'],
  number: ['scalar', 'a number'],
  int: ['scalar', 'a whole number'],
  boolean: ['scalar', 'true or false'],
  null: ['scalar', 'null'],
  literal: ['scalar', 'a listed value'],
  enum: ['scalar', 'a listed value'],
  array: ['list', 'a list'],
  tuple: ['list', 'a list'],
  object: ['map', 'a map'],
  record: ['map', 'a map'],
}

/** Which kind of node an option is for; `any` where it doesn't say. */
export function kindOf(option: Schema): Kind {
  return kinds[defOf(option).type]?.[0] ?? 'any'
}

/** What the options want, for a sentence that begins with "must be": `text`, `a list or "off"`. */
export function wordsFor(options: readonly Schema[]): string {
  const words = options.flatMap(option => {
    const values = valuesOf(option) ?? []
    if (values.length > 0 && values.length <= listed) return values.map(value => JSON.stringify(value))
    return kinds[defOf(option).type]?.[1] ?? []
  })
  return [...new Set(words)].join(' or ')
}

const listed = 8

/** zod's names for what it expected, in the same words. */
export function wordsForType(expected: string): string {
  return Object.hasOwn(kinds, expected) ? (kinds[expected as keyof typeof kinds]?.[1] ?? expected) : expected
}

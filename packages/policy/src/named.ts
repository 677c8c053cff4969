import { isList, isNode } from './compile/node.ts'
import { memberPath } from './logic/terms.ts'
import { EntityUid } from './values/entity-uid.ts'

/** `context.a.b`, and `context.a has b`, as its names; undefined for what is no member of the context. */
function contextPath(json: unknown): readonly string[] | undefined {
  const [variable, ...names] = memberPath(json) ?? []
  return variable === 'context' ? names : undefined
}

/**
 * Members of the context that a policy's JSON names, each as its path: `context.query.sort` is `query`, `sort`. The empty path stands
 * for the whole context.
 */
export function contextPaths(json: unknown): readonly (readonly string[])[] {
  if (isList(json)) return json.flatMap(contextPaths)
  if (!isNode(json)) return []
  const own = contextPath(json)
  return own === undefined ? Object.values(json).flatMap(contextPaths) : [own]
}

/** What a policy's JSON names, wherever it stands. */
export interface PolicyNames {
  /** Attributes that are read or asked for, of whatever. */
  readonly attributes: ReadonlySet<string>
  readonly texts: ReadonlySet<string>
  readonly entities: readonly EntityUid[]
}

interface Found {
  readonly attributes: Set<string>
  readonly texts: Set<string>
  readonly entities: EntityUid[]
}

function look(json: unknown, found: Found): void {
  if (isList(json)) for (const each of json) look(each, found)
  if (!isNode(json)) return
  const { attr, Value: value, type, id } = json
  for (const name of isList(attr) ? attr : [attr]) if (typeof name === 'string') found.attributes.add(name)
  if (typeof value === 'string') found.texts.add(value)
  if (typeof type === 'string' && typeof id === 'string') found.entities.push(new EntityUid(type, id))
  for (const inside of Object.values(json)) look(inside, found)
}

/** All that the JSON of policies names. */
export function namesIn(json: unknown): PolicyNames {
  const found: Found = { attributes: new Set(), texts: new Set(), entities: [] }
  look(json, found)
  return found
}

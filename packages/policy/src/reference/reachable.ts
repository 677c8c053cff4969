import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import { isList, isNode } from '../compile/node.ts'
import type { Entity } from '../entities.ts'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import { toldRecord } from '../values/told-value.ts'
import { isRecord, type Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'

/** Entities that a value names. */
function namedBy(value: Value): readonly EntityUid[] {
  if (value instanceof EntityUid) return [value]
  if (value instanceof ValueSet) return value.values.flatMap(namedBy)
  return typeof value === 'object' && isRecord(value) ? [...value.values()].flatMap(namedBy) : []
}

/** Entities that a policy's JSON names: anything that looks like a name is taken for one. */
function namedIn(json: unknown): readonly EntityUid[] {
  if (isList(json)) return json.flatMap(namedIn)
  if (!isNode(json)) return []
  const { type, id } = json
  if (typeof type === 'string' && typeof id === 'string') return [new EntityUid(type, id)]
  return Object.values(json).flatMap(namedIn)
}

function uidOfKey(key: string): EntityUid {
  const end = key.indexOf('::"')
  return new EntityUid(key.slice(0, end), key.slice(end + 3))
}

const named = ({ type, id }: EntityUid) => ({ type, id })

const told = ({ uid, attributes, tags, ancestors }: Entity): EntityJson => ({
  uid: named(uid),
  attrs: toldRecord(attributes),
  tags: toldRecord(tags),
  parents: [...ancestors].map(uidOfKey).map(named),
})

const within = ({ attributes, tags }: Entity) => [attributes, tags].flatMap(namedBy)

/** The entities that a policy can come to on a question, in Cedar's JSON form. */
export function reachable(policy: unknown, { principal, action, resource, context, entities }: Question): EntityJson[] {
  const found = new Map<string, Entity>()
  let next = [principal, action, resource, ...namedBy(context), ...namedIn(policy)]
  while (next.length > 0) {
    const fresh = next.flatMap(uid => (found.has(uid.key) ? [] : (entities.find(uid) ?? [])))
    for (const entity of fresh) found.set(entity.uid.key, entity)
    next = fresh.flatMap(within)
  }
  return [...found.values()].map(told)
}

import type { Entity } from '../entities.ts'
import type { IpRange } from '../extensions/ip.ts'
import { PartlyKnown, PartlyKnownSet } from '../partly/partly-known.ts'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import { isRecord, type Value, type ValueRecord } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'

/** One thing about a call that might be otherwise. Undefined is without. */
export type Change =
  | { readonly kind: 'scope' | 'role' | 'group'; readonly name: string; readonly has: boolean }
  | {
      readonly kind: 'claim' | 'header' | 'query' | 'parameter'
      readonly name: string
      readonly value: Value | undefined
    }
  | { readonly kind: 'country'; readonly value: Value | undefined }
  | { readonly kind: 'address'; readonly value: IpRange }
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'caller'; readonly type: string; readonly id: string | undefined }
  | { readonly kind: 'credential'; readonly value: string }

/** What the clock that policies read shows at a moment: `context.time`. */
export type Clock = (at: number) => ValueRecord

const nobody = 'Anonymous'
const entityTypes = { role: 'Role', group: 'Group' } as const

function withMember(map: ValueRecord, name: string, value: Value | undefined): ValueRecord {
  if (map instanceof PartlyKnown) return map.changed(name, value)
  const changed = new Map(map)
  if (value === undefined) changed.delete(name)
  else changed.set(name, value)
  return changed
}

function withName(names: ReadonlySet<string>, name: string, has: boolean): ReadonlySet<string> {
  if (names instanceof PartlyKnownSet) return names.changed(name, has)
  const changed = new Set(names)
  if (has) changed.add(name)
  else changed.delete(name)
  return changed
}

/** A question whose caller or resource is another entity. */
function withEntity(question: Question, part: 'principal' | 'resource', entity: Entity): Question {
  const { entities } = question
  return {
    ...question,
    [part]: entity.uid,
    entities: { find: uid => (uid.is(entity.uid) ? entity : entities.find(uid)) },
  }
}

function withContext(question: Question, name: string, value: Value | undefined): Question {
  return { ...question, context: withMember(question.context, name, value) }
}

function withField(question: Question, record: 'headers' | 'query', name: string, value: Value | undefined): Question {
  const fields = question.context.get(record)
  return fields !== undefined && isRecord(fields)
    ? withContext(question, record, withMember(fields, name, value))
    : question
}

/** What an entity has of which nothing is known. */
const bare: Omit<Entity, 'uid'> = { attributes: new Map(), tags: new Map(), ancestors: new Set() }

function callerOf({ principal, entities }: Question): Entity {
  return entities.find(principal) ?? { uid: principal, ...bare }
}

/** Nobody has neither claims nor roles: undefined, for such a call there can't be. */
function withCaller(question: Question, change: (caller: Entity) => Entity): Question | undefined {
  return question.principal.type === nobody ? undefined : withEntity(question, 'principal', change(callerOf(question)))
}

function asCaller(question: Question, type: string, id: string | undefined): Question {
  const caller = callerOf(question)
  if (type === nobody) return withEntity(question, 'principal', { uid: new EntityUid(nobody, ''), ...bare })
  const uid = new EntityUid(type, id ?? question.principal.id)
  const attributes = withMember(caller.attributes, 'id', uid.id)
  const issued = attributes.has('issuer') ? attributes : withMember(attributes, 'issuer', '')
  return withEntity(question, 'principal', { ...caller, uid, attributes: issued })
}

function withScope(question: Question, name: string, has: boolean): Question {
  const scopes = question.context.get('scopes')
  const others = scopes instanceof ValueSet ? scopes.values.filter(scope => scope !== name) : []
  return withContext(question, 'scopes', new ValueSet(has ? [...others, name] : others))
}

function withAncestor(question: Question, key: string, has: boolean) {
  return withCaller(question, caller => ({ ...caller, ancestors: withName(caller.ancestors, key, has) }))
}

function withParameter(question: Question, name: string, value: Value | undefined): Question {
  const route = question.entities.find(question.resource)
  if (route === undefined) return question
  return withEntity(question, 'resource', { ...route, attributes: withMember(route.attributes, name, value) })
}

/** The question as it would be asked of another call. Undefined where there can't be such a call. */
function changed(question: Question, change: Change, clock: Clock): Question | undefined {
  switch (change.kind) {
    case 'scope':
      return withScope(question, change.name, change.has)
    case 'role':
    case 'group':
      return withAncestor(question, new EntityUid(entityTypes[change.kind], change.name).key, change.has)
    case 'claim':
      return withCaller(question, caller => ({
        ...caller,
        attributes: withMember(caller.attributes, change.name, change.value),
      }))
    case 'header':
      return withField(question, 'headers', change.name, change.value)
    case 'query':
      return withField(question, 'query', change.name, change.value)
    case 'parameter':
      return withParameter(question, change.name, change.value)
    case 'country':
      return withContext(question, 'country', change.value)
    case 'address':
      return withContext(question, 'ip', change.value)
    case 'time':
      return withContext(question, 'time', clock(change.at))
    case 'caller':
      return asCaller(question, change.type, change.id)
    case 'credential':
      return withContext(question, 'credential', change.value)
  }
}

/** Who calls is settled before what they have. */
const inOrder = (changes: readonly Change[]) =>
  changes.toSorted((a, b) => Number(b.kind === 'caller') - Number(a.kind === 'caller'))

export const allChanged = (question: Question, changes: readonly Change[], clock: Clock): Question | undefined =>
  inOrder(changes).reduce<Question | undefined>((now, change) => now && changed(now, change, clock), question)

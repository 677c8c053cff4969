import { ancestorsIn, type Entities } from '../entities.ts'
import { EvaluationError } from '../evaluation-error.ts'
import { Datetime } from '../extensions/datetime.ts'
import { Duration } from '../extensions/duration.ts'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import { bool, entity, integer, set, text } from '../values/expected.ts'
import { isLong, type Long, long } from '../values/long.ts'
import { equal, isRecord, type Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'

type Unary = (value: Value) => Value
type Binary = (left: Value, right: Value, question: Question) => Value

/** What of two values is compared: longs, moments and stretches of time, each with its like alone. */
function comparable(left: Value, right: Value): readonly [Long, Long] {
  if (isLong(left) && isLong(right)) return [left, right]
  if (left instanceof Datetime && right instanceof Datetime) return [left.ms, right.ms]
  if (left instanceof Duration && right instanceof Duration) return [left.ms, right.ms]
  throw new EvaluationError('type error: expected two longs, datetimes or durations')
}

const compared =
  (holds: (a: Long, b: Long) => boolean): Binary =>
  (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left, right)
    return holds(...comparable(left, right))
  }

const counted =
  (apply: (a: Long, b: Long) => Long): Binary =>
  (left, right) =>
    apply(integer(left), integer(right))

function isIn(uid: EntityUid, other: EntityUid, entities: Entities): boolean {
  return uid.is(other) || ancestorsIn(entities, uid).has(other.key)
}

function isInSet(uid: EntityUid, { values }: ValueSet, entities: Entities): boolean {
  const others = values.map(entity)
  const ancestors = ancestorsIn(entities, uid)
  return others.some(other => uid.is(other) || ancestors.has(other.key))
}

/** Whether an entity is another, or in it, or in one of a set. */
export function within(left: Value, right: Value, { entities }: Question): boolean {
  const uid = entity(left)
  return right instanceof ValueSet ? isInSet(uid, right, entities) : isIn(uid, entity(right), entities)
}

export function hasAttribute(value: Value, name: string, { entities }: Question): boolean {
  if (isRecord(value)) return value.has(name)
  return entities.find(entity(value))?.attributes.has(name) ?? false
}

function attributesOf(value: Value, { entities }: Question) {
  if (isRecord(value)) return value
  const uid = entity(value)
  const found = entities.find(uid)
  if (found === undefined) throw new EvaluationError(`entity ${uid.type}::${JSON.stringify(uid.id)} does not exist`)
  return found.attributes
}

export function attribute(value: Value, name: string, question: Question): Value {
  const found = attributesOf(value, question).get(name)
  if (found !== undefined) return found
  const whose = value instanceof EntityUid ? `entity ${value.type}` : 'record'
  throw new EvaluationError(`${whose} does not have the attribute ${JSON.stringify(name)}`)
}

function tag(left: Value, right: Value, { entities }: Question): Value {
  const uid = entity(left)
  const name = text(right)
  const found = entities.find(uid)?.tags.get(name)
  if (found === undefined) throw new EvaluationError(`entity ${uid.type} does not have the tag ${JSON.stringify(name)}`)
  return found
}

function hasTag(left: Value, right: Value, { entities }: Question): boolean {
  const uid = entity(left)
  const name = text(right)
  return entities.find(uid)?.tags.has(name) ?? false
}

export const unaryOperators: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ['!', value => !bool(value)],
  ['neg', value => long.negate(integer(value))],
  ['isEmpty', value => set(value).values.length === 0],
])

export const binaryOperators: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['==', (left, right) => equal(left, right)],
  ['!=', (left, right) => !equal(left, right)],
  ['<', compared((a, b) => a < b)],
  ['<=', compared((a, b) => a <= b)],
  ['>', compared((a, b) => a > b)],
  ['>=', compared((a, b) => a >= b)],
  ['+', counted(long.add)],
  ['-', counted(long.subtract)],
  ['*', counted(long.multiply)],
  ['in', within],
  ['contains', (left, right) => set(left).has(right)],
  ['containsAll', (left, right) => set(left).hasAll(set(right))],
  ['containsAny', (left, right) => set(left).hasAny(set(right))],
  ['getTag', tag],
  ['hasTag', hasTag],
])

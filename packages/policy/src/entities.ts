import { PolicyFault } from './fault.ts'
import type { EntityUid } from './values/entity-uid.ts'
import type { Value, ValueRecord } from './values/value.ts'

/** What policies may ask of an entity. */
export interface Entity {
  readonly uid: EntityUid
  readonly attributes: ValueRecord
  readonly tags: ReadonlyMap<string, Value>
  /** Keys of all that it is in, directly or through others. */
  readonly ancestors: ReadonlySet<string>
}

/** The entities of a request. */
export interface Entities {
  find(uid: EntityUid): Entity | undefined
}

/** An entity as it is told: with what it is directly in. */
export interface TellingEntity extends Omit<Entity, 'ancestors'> {
  readonly parents: readonly EntityUid[]
}

/** Keys of all that leads upwards from an entity. Throws PolicyFault where that leads back. */
function ancestorsOf(
  entity: TellingEntity,
  told: ReadonlyMap<string, TellingEntity>,
  found: Map<string, ReadonlySet<string> | 'under way'>,
): ReadonlySet<string> {
  const { key } = entity.uid
  const known = found.get(key)
  if (known === 'under way') throw new PolicyFault(`${key}" is in itself: entities go in circles`)
  if (known !== undefined) return known
  found.set(key, 'under way')
  const ancestors = new Set<string>()
  for (const parent of entity.parents) {
    ancestors.add(parent.key)
    const above = told.get(parent.key)
    if (above !== undefined) for (const each of ancestorsOf(above, told, found)) ancestors.add(each)
  }
  found.set(key, ancestors)
  return ancestors
}

/** Entities with whatever they are in. Throws PolicyFault where one is told twice, or is in itself. */
export function entitiesOf(all: readonly TellingEntity[]): Entities {
  const told = new Map(all.map(entity => [entity.uid.key, entity]))
  if (told.size < all.length) throw new PolicyFault('an entity is told twice')
  const found = new Map<string, ReadonlySet<string> | 'under way'>()
  const entities = new Map<string, Entity>()
  for (const [key, entity] of told) entities.set(key, { ...entity, ancestors: ancestorsOf(entity, told, found) })
  return { find: uid => entities.get(uid.key) }
}

const nothing: ReadonlySet<string> = new Set()

/** Keys of all that an entity is in; nothing for one that isn't told. */
export const ancestorsIn = (entities: Entities, uid: EntityUid): ReadonlySet<string> =>
  entities.find(uid)?.ancestors ?? nothing

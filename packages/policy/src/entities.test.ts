import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entitiesOf, type TellingEntity } from './entities.ts'
import { PolicyFault } from './fault.ts'
import { EntityUid } from './values/entity-uid.ts'

const uid = (id: string) => new EntityUid('Group', id)
const entity = (id: string, ...parents: string[]): TellingEntity => ({
  uid: uid(id),
  attributes: new Map(),
  tags: new Map(),
  parents: parents.map(uid),
})

test('an entity is in whatever leads upwards from it, also where that is not told', () => {
  const entities = entitiesOf([entity('a', 'b', 'c'), entity('b', 'd'), entity('d', 'e')])
  assert.deepEqual(
    [...(entities.find(uid('a'))?.ancestors ?? [])].sort(),
    ['b', 'c', 'd', 'e'].map(id => uid(id).key),
  )
})

test('entities that go in circles, or are told twice, are refused', () => {
  assert.throws(() => entitiesOf([entity('a', 'a')]), PolicyFault)
  assert.throws(() => entitiesOf([entity('a', 'b'), entity('b', 'c'), entity('c', 'a')]), PolicyFault)
  assert.throws(() => entitiesOf([entity('a'), entity('a')]), PolicyFault)
})

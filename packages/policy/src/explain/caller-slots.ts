import type { AttributeType } from '@sallyport/core'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import type { Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'
import { textsIn } from './candidates.ts'
import { among, type Found, foundBy, memberSlot, type Named, type Setting } from './found-slot.ts'

const entitiesIn = (value: Value): readonly EntityUid[] => {
  if (value instanceof ValueSet) return value.values.flatMap(entitiesIn)
  return value instanceof EntityUid ? [value] : []
}

const somebody = ['User', 'Application']
const callers: ReadonlySet<string> = new Set([...somebody, 'Anonymous'])

interface Identity {
  readonly type: string
  readonly id: string | undefined
}

function callerSlot(entities: readonly EntityUid[], types: readonly string[], { principal }: Question): Found {
  const isOther = ({ type, id }: Identity) =>
    callers.has(type) && (type !== principal.type || (id !== undefined && id !== principal.id))
  const any = (all: Iterable<string>) => [...all].map((type): Identity => ({ type, id: undefined })).filter(isOther)
  const candidates = { named: [...entities.filter(isOther), ...any(types)], usual: any(somebody) }
  return foundBy<Identity>('caller', candidates, ({ type, id }) => ({ kind: 'caller', type, id }))
}

export function principalSlots({ terms: { constants, types }, setting: { question } }: Named): readonly Found[] {
  const entities = constants.flatMap(entitiesIn)
  const ancestors = question.entities.find(question.principal)?.ancestors
  const of = (kind: 'role' | 'group', type: string) =>
    among(
      kind,
      [...new Set(entities.flatMap(uid => (uid.type === type ? [uid.id] : [])))],
      id => ancestors?.has(new EntityUid(type, id).key) === true,
    )
  return [...of('role', 'Role'), ...of('group', 'Group'), callerSlot(entities, types, question)]
}

/** Whoever is asked for by id is a user or an application of that id. */
export function idSlots({ terms: { constants }, setting: { question } }: Named): readonly Found[] {
  const entities = constants
    .flatMap(textsIn)
    .flatMap(id => ['User', 'Application'].map(type => new EntityUid(type, id)))
  return [callerSlot(entities, [], question)]
}

const typeOfClaim = (name: string, { claims }: Setting): AttributeType | undefined => {
  if (name === 'issuer' || name === 'application') return 'text'
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

/** Who has a claim is somebody. */
export function claimSlots(named: Named): readonly Found[] {
  const type = typeOfClaim(named.path[1] ?? '', named.setting)
  return type === undefined ? [] : [memberSlot('claim', type, named), callerSlot([], [], named.setting.question)]
}

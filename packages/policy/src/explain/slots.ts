import type { AttributeType } from '@sallyport/core'
import { atomsOf } from '../logic/atoms.ts'
import type { Literal } from '../logic/literals.ts'
import { type Terms, termsOf } from '../logic/terms.ts'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import { isRecord, type Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'
import { valueText } from '../values/value-text.ts'
import { addressesFor, type Candidates, textsIn, valuesFor } from './candidates.ts'
import type { Change, Clock } from './change.ts'
import { timeChanges, timeTerms } from './times.ts'
import { UnknownFact } from './unknown-fact.ts'

/** Something about a call that could be otherwise, and how: each a change of it, the likeliest first. */
export interface Slot {
  readonly key: string
  readonly changes: readonly Change[]
}

/** What is known of a call besides the question. */
export interface Setting {
  readonly question: Question
  /** Milliseconds since the epoch at which it was asked. */
  readonly at: number
  readonly clock: Clock
  /** Claims that callers may have. */
  readonly claims: Readonly<Record<string, AttributeType>>
}

interface Found extends Candidates<Change> {
  readonly key: string
}

const foundBy = <Each>(key: string, { named, usual }: Candidates<Each>, make: (each: Each) => Change): Found => ({
  key,
  named: named.map(make),
  usual: usual.map(make),
})

function membersOf(value: Value, { entities }: Question): ReadonlyMap<string, Value> | undefined {
  if (value instanceof EntityUid) return entities.find(value)?.attributes
  return typeof value === 'object' && isRecord(value) ? value : undefined
}

/** The value at a path; undefined where there is none. */
function valueAt(path: readonly string[], question: Question): Value | undefined {
  const [variable, ...names] = path
  const { principal, resource, context } = question
  const variables: Readonly<Record<string, Value>> = { principal, resource, context }
  let value = variables[variable ?? '']
  for (const name of names) value = value === undefined ? undefined : membersOf(value, question)?.get(name)
  return value
}

/** One member of a variable, and what is said of it. */
interface Named {
  readonly path: readonly string[]
  readonly terms: Terms
  readonly setting: Setting
}

type Kind = 'claim' | 'header' | 'query' | 'parameter'

/** Everybody has an issuer. */
const isAlways = ([variable, name]: readonly string[]) => variable === 'principal' && name === 'issuer'

function memberSlot(kind: Kind, type: AttributeType, { path, terms, setting: { question } }: Named): Found {
  const name = path.at(-1) ?? ''
  const now = valueAt(path, question)
  const beside = terms.paths.flatMap(other => valueAt(other, question) ?? [])
  const { named, usual } = valuesFor(type, terms, now, beside)
  const make = (value: Value | undefined): Change => ({ kind, name, value })
  const without = now === undefined || isAlways(path) ? [] : [make(undefined)]
  return { key: `${kind} ${name}`, named: named.map(make), usual: [...usual.map(make), ...without] }
}

const among = (kind: 'scope' | 'role' | 'group', names: readonly string[], has: (name: string) => boolean) =>
  names.map((name): Found => ({ key: `${kind} ${name}`, named: [{ kind, name, has: !has(name) }], usual: [] }))

function scopeSlots({ terms: { constants }, setting }: Named): readonly Found[] {
  const scopes = setting.question.context.get('scopes')
  const now = scopes === undefined ? [] : textsIn(scopes)
  return among('scope', [...new Set([...constants.flatMap(textsIn), ...now])], name => now.includes(name))
}

const credentials = ['jwt', 'oauth2', 'apiKey', 'basic', 'magicToken', 'session', 'anonymous']

function credentialSlot({ terms: { constants }, setting }: Named): Found {
  const now = setting.question.context.get('credential')
  const others = (names: readonly string[]) => names.filter(name => name !== now)
  const candidates = { named: others(constants.flatMap(textsIn)), usual: others(credentials) }
  return foundBy('credential', candidates, value => ({ kind: 'credential', value }))
}

/** For where it is only not to be. */
const someCountries: readonly Value[] = ['US', 'DE']

function countrySlot({ path, terms, setting: { question } }: Named): Found {
  const now = valueAt(path, question)
  const { named } = valuesFor('text', terms, now, [])
  const usual = [...someCountries.filter(value => value !== now), undefined]
  return foundBy<Value | undefined>('country', { named, usual }, value => ({ kind: 'country', value }))
}

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

function principalSlots({ terms: { constants, types }, setting: { question } }: Named): readonly Found[] {
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
function idSlots({ terms: { constants }, setting: { question } }: Named): readonly Found[] {
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
function claimSlots(named: Named): readonly Found[] {
  const type = typeOfClaim(named.path[1] ?? '', named.setting)
  return type === undefined ? [] : [memberSlot('claim', type, named), callerSlot([], [], named.setting.question)]
}

type Slots = (named: Named) => readonly Found[]

/** By the names of the path, the last of which may be any. */
const slotsAt: readonly (readonly [path: readonly string[], slots: Slots])[] = [
  [['principal'], principalSlots],
  [['principal', 'id'], idSlots],
  [['principal', '*'], claimSlots],
  [['resource', '*'], named => [memberSlot('parameter', 'text', named)]],
  [['context', 'scopes'], scopeSlots],
  [['context', 'credential'], named => [credentialSlot(named)]],
  [['context', 'ip'], ({ terms }) => [foundBy('address', addressesFor(terms), value => ({ kind: 'address', value }))]],
  [['context', 'country'], named => [countrySlot(named)]],
  [['context', 'headers', '*'], named => [memberSlot('header', 'text', named)]],
  [['context', 'query', '*'], named => [memberSlot('query', 'text', named)]],
]

const fits = (path: readonly string[], shape: readonly string[]) =>
  path.length === shape.length && shape.every((name, i) => name === '*' || name === path[i])

/** What isn't known of a call isn't told to be missing. */
function slotsOfMember(named: Named): readonly Found[] {
  try {
    return slotsAt.find(([shape]) => fits(named.path, shape))?.[1](named) ?? []
  } catch (error) {
    if (error instanceof UnknownFact) return []
    throw error
  }
}

const changeKey = (change: Change) =>
  JSON.stringify(Object.values(change).map(value => (typeof value === 'object' ? valueText(value) : (value ?? null))))

const distinct = (changes: readonly Change[]) => [
  ...new Map(changes.map(change => [changeKey(change), change])).values(),
]

function merged(all: readonly Found[]): readonly Slot[] {
  const byKey = Map.groupBy(all, ({ key }) => key)
  return [...byKey].map(([key, found]) => ({
    key,
    changes: distinct([...found.flatMap(({ named }) => named), ...found.flatMap(({ usual }) => usual)]),
  }))
}

/** All that conditions depend on and that could be otherwise. */
export function slotsOf(literals: readonly Literal[], setting: Setting): readonly Slot[] {
  const all = literals.flatMap(atomsOf).map(({ json }) => termsOf(json))
  const slots = merged(all.flatMap(terms => terms.paths.flatMap(path => slotsOfMember({ path, terms, setting }))))
  const time = timeTerms(all)
  return time === undefined ? slots : [...slots, { key: 'time', changes: timeChanges(time, setting.at, setting.clock) }]
}

import { type ApiLabels, type Attribute, type Call, type Principal, Problem, remembered } from '@sallyport/core'
import { type Entities, type Entity, EntityUid, type Value, type ValueRecord, ValueSet } from '@sallyport/policy'

const nothing: ReadonlyMap<string, Value> = new Map()
const nowhere: ReadonlySet<string> = new Set()

const roleKey = remembered(role => new EntityUid('Role', role).key)
const groupKey = remembered(group => new EntityUid('Group', group).key)
const applicationKey = remembered(application => new EntityUid('Application', application).key)
const apiKey = remembered(api => new EntityUid('Api', api).key)

export const valueOfAttribute = (attribute: Attribute): Value =>
  typeof attribute === 'object' ? new ValueSet(attribute) : attribute

/** Declared claims. Where one isn't what it was declared to be nothing can be said: as if it were missing it would open what forbids it. */
function claimsOf({ attributes = new Map() }: Principal): readonly (readonly [string, Value])[] {
  return [...attributes].map(([name, attribute]) => {
    if (attribute !== undefined) return [name, valueOfAttribute(attribute)]
    throw new Problem('policy-refuses', {}, `the claim ${name} is not what it was declared to be`)
  })
}

/** Who is nobody that rights or claims could be of. */
export const anonymous: Entity = {
  uid: new EntityUid('Anonymous', ''),
  attributes: nothing,
  tags: nothing,
  ancestors: nowhere,
}

/** What a caller is in: its roles and groups, and a user in the application that it calls through. */
function ancestorsOf({ user, application, roles, groups }: Principal): ReadonlySet<string> {
  const through = user === undefined ? undefined : application
  return new Set([
    ...[...roles].map(roleKey),
    ...[...groups].map(groupKey),
    ...(through === undefined ? [] : [applicationKey(through.subject)]),
  ])
}

function entityOf(principal: Principal): Entity {
  const { user, application } = principal
  const named = user ?? application
  if (named === undefined) return anonymous
  const attributes = new Map<string, Value>(claimsOf(principal))
  attributes.set('issuer', named.issuer)
  attributes.set('id', named.subject)
  if (application !== undefined) attributes.set('application', application.subject)
  return {
    uid: new EntityUid(user === undefined ? 'Application' : 'User', named.subject),
    attributes,
    tags: nothing,
    ancestors: ancestorsOf(principal),
  }
}

const known = new WeakMap<Principal, Entity>()

/** Who calls. Whoever calls again with a token that is remembered is the same object, so this is worked out once. */
export function callerEntity(principal: Principal): Entity {
  const found = known.get(principal) ?? entityOf(principal)
  known.set(principal, found)
  return found
}

/** What is called: the operation, with what its path says. */
export const routeEntity = ({ api, operation, parameters }: Call): Entity => ({
  uid: new EntityUid('Route', operation),
  attributes: new Map(Object.entries(parameters)),
  tags: nothing,
  ancestors: new Set([apiKey(api)]),
})

const labelled = new WeakMap<ApiLabels, ValueRecord>()

/** What is said of the API that is called, worked out once for each. */
export function labelsRecord(labels: ApiLabels): ValueRecord {
  const { owner, tags } = labels
  const found =
    labelled.get(labels) ??
    new Map<string, Value>([['tags', new ValueSet(tags)], ...(owner === undefined ? [] : [['owner', owner] as const])])
  labelled.set(labels, found)
  return found
}

/** The entities of one call. */
export const entitiesOf = (...entities: readonly Entity[]): Entities => ({
  find: uid => entities.find(entity => entity.uid.is(uid)),
})

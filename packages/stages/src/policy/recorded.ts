import type { CallEvent, CallFacts, Words } from '@sallyport/core'
import {
  type Entity,
  EntityUid,
  IpRange,
  PartlyKnown,
  PartlyKnownSet,
  type Question,
  type Value,
  type ValueRecord,
  ValueSet,
} from '@sallyport/policy'
import { networkRecord } from './context.ts'
import { anonymous, labelsRecord } from './entities.ts'

type Names = CallFacts['caller']['roles']
type Fields = Readonly<Record<string, CallFacts['caller']['claims'][string]>>
type Clock = (at: number) => ValueRecord

const valueOfFact = (fact: NonNullable<Fields[string]>): Value => (typeof fact === 'object' ? new ValueSet(fact) : fact)

/** Values by name; what a call didn't have is known not to be there. */
function fieldsOf(of: string, fields: Fields, isKnown = (name: string) => Object.hasOwn(fields, name)): ValueRecord {
  const known = Object.entries(fields).flatMap(([name, fact]) =>
    fact === null ? [] : [[name, valueOfFact(fact)] as const],
  )
  return new PartlyKnown<Value>(known, of, isKnown)
}

/** Who calls, and its name; undefined for nobody. */
const callerOf = ({ user, application }: CallEvent) =>
  user === undefined ? application && { type: 'Application', named: application } : { type: 'User', named: user }

const keys = (type: string, names: readonly string[]) => names.map(name => new EntityUid(type, name).key)

function ancestorsOf({ user, application }: CallEvent, { roles, groups }: CallFacts['caller']): ReadonlySet<string> {
  const of = (type: string, names: Names) => ({
    has: keys(type, names.has),
    known: names.of === undefined ? undefined : new Set(keys(type, names.of)),
  })
  const [role, group] = [of('Role', roles), of('Group', groups)]
  const through = user !== undefined && application !== undefined ? keys('Application', [application.subject]) : []
  const known = new Map([
    ['Role', role.known],
    ['Group', group.known],
  ])
  const isKnown = (key: string) => known.get(key.slice(0, key.indexOf('::')))?.has(key) ?? true
  return new PartlyKnownSet([...role.has, ...group.has, ...through], 'whether the caller has', isKnown)
}

const nothing: ReadonlyMap<string, Value> = new Map()

function callerEntity(event: CallEvent, facts: CallFacts): Entity {
  const caller = callerOf(event)
  if (caller === undefined) return anonymous
  const { claims } = facts.caller
  const own: Fields = {
    ...claims,
    ...{ id: caller.named.subject, issuer: caller.named.issuer, application: event.application?.subject ?? null },
  }
  return {
    uid: new EntityUid(caller.type, caller.named.subject),
    attributes: fieldsOf('principal', own),
    tags: nothing,
    ancestors: ancestorsOf(event, facts.caller),
  }
}

function routeEntity({ api = '', operation = '' }: CallEvent, facts: CallFacts, { parameters }: Words): Entity {
  const captured = facts.request?.parameters ?? {}
  const isKnown = (name: string) => Object.hasOwn(captured, name) || !parameters.includes(name)
  return {
    uid: new EntityUid('Route', operation),
    attributes: fieldsOf('resource', captured, isKnown),
    tags: nothing,
    ancestors: new Set(keys('Api', [api])),
  }
}

function addressOf(ip: string): IpRange | undefined {
  try {
    return IpRange.read(ip)
  } catch {
    return undefined
  }
}

const none: NonNullable<CallFacts['request']> = { headers: {}, query: {}, parameters: {} }

type RequestFacts = CallFacts['request']

/** What databases told of the caller's address. */
function placesIn({ country, network }: NonNullable<RequestFacts> = none): readonly (readonly [string, Value])[] {
  return [
    ...(typeof country === 'string' ? [['country', country] as const] : []),
    ...(network ? [['network', networkRecord(network)] as const] : []),
  ]
}

/** What they were asked for, and told nothing of. */
const untold = ({ country, network }: NonNullable<RequestFacts> = none) => [
  ...(country === null ? ['country'] : []),
  ...(network === null ? ['network'] : []),
]

function contextOf(
  event: CallEvent,
  { caller, request }: CallFacts,
  { labels }: Words,
  clock: Clock,
): ValueRecord | undefined {
  const ip = event.ip === undefined ? undefined : addressOf(event.ip)
  if (ip === undefined && event.ip !== undefined) return undefined
  const scopesKnown = caller.scopes.of === undefined
  const members: readonly (readonly [string, Value])[] = [
    ['time', clock(Date.parse(event.time))],
    ['credential', event.credential?.kind ?? ''],
    ['headers', fieldsOf('context.headers', request?.headers ?? {})],
    ['query', fieldsOf('context.query', request?.query ?? {})],
    ...(ip === undefined ? [] : [['ip', ip] as const]),
    ...placesIn(request),
    ...(scopesKnown ? [['scopes', new ValueSet(caller.scopes.has)] as const] : []),
    ...(labels === undefined ? [] : [['api', labelsRecord(labels)] as const]),
  ]
  const missing = new Set([...(ip === undefined ? ['ip', 'country', 'network'] : []), ...untold(request)])
  // Of all else that isn't here nothing is known.
  return new PartlyKnown<Value>(members, 'context', name => missing.has(name))
}

/** Whether policies could not be asked. Nobody has claims. */
const isUnfit = (event: CallEvent, { caller, request }: CallFacts) =>
  request?.unfit !== undefined || (caller.unfit !== undefined && callerOf(event) !== undefined)

/**
 * The question that policies were asked of a call, by its record. What that doesn't hold throws UnknownFact where it is asked for. Undefined
 * where no policy could be asked, or nothing was recorded. `words` are those of the call's operation.
 */
export function recordedQuestion(event: CallEvent, words: Words, clock: Clock): Question | undefined {
  const { facts } = event
  if (facts === undefined || isUnfit(event, facts)) return undefined
  const context = contextOf(event, facts, words, clock)
  if (context === undefined) return undefined
  const [caller, route] = [callerEntity(event, facts), routeEntity(event, facts, words)]
  return {
    principal: caller.uid,
    action: new EntityUid('Action', event.operation ?? ''),
    resource: route.uid,
    context,
    entities: { find: uid => [caller, route].find(entity => entity.uid.is(uid)) },
  }
}

import type { AttributeType, PolicyChange } from '@sallyport/core'
import type { Entity } from '../entities.ts'
import { Datetime } from '../extensions/datetime.ts'
import { Duration } from '../extensions/duration.ts'
import { IpRange } from '../extensions/ip.ts'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import type { Value, ValueRecord } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'

type Claim = string | number | boolean | readonly string[]
type Texts = Readonly<Record<string, string>>

/** A call, as plain values. */
export interface Situation {
  readonly type: string
  readonly id: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly scopes: readonly string[]
  readonly claims: Readonly<Record<string, Claim>>
  readonly headers: Texts
  readonly query: Texts
  readonly parameters: Texts
  readonly ip: string | undefined
  readonly country: string | undefined
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly credential: string
}

export const claimTypes: Readonly<Record<string, AttributeType>> = {
  office: 'text',
  level: 'number',
  external: 'boolean',
  teams: 'texts',
}

const dayMs = 86_400_000

/** What a clock in UTC shows. */
export function clock(at: number): ValueRecord {
  const ofDay = ((at % dayMs) + dayMs) % dayMs
  return new Map<string, Value>([
    ['at', new Datetime(at)],
    ['ofDay', new Duration(ofDay)],
    ['hour', Math.floor(ofDay / 3_600_000)],
    ['minute', Math.floor(ofDay / 60_000) % 60],
    ['weekday', ((new Date(at).getUTCDay() + 6) % 7) + 1],
  ])
}

const valueOfClaim = (claim: Claim): Value => (typeof claim === 'object' ? new ValueSet(claim) : claim)
const record = (members: Texts): ValueRecord => new Map(Object.entries(members))

/** The question that policies are asked of a call. */
export function questionAbout(call: Situation): Question {
  const uid = call.type === 'Anonymous' ? new EntityUid('Anonymous', '') : new EntityUid(call.type, call.id)
  const nobody = call.type === 'Anonymous'
  const claims = Object.entries(call.claims).map(([name, claim]) => [name, valueOfClaim(claim)] as const)
  const caller: Entity = {
    uid,
    attributes: new Map<string, Value>(nobody ? [] : [...claims, ['id', call.id], ['issuer', 'staff']]),
    tags: new Map(),
    ancestors: new Set(
      nobody
        ? []
        : [
            ...call.roles.map(role => new EntityUid('Role', role).key),
            ...call.groups.map(group => new EntityUid('Group', group).key),
          ],
    ),
  }
  const route: Entity = {
    uid: new EntityUid('Route', 'GET /items/{id}'),
    attributes: record(call.parameters),
    tags: new Map(),
    ancestors: new Set([new EntityUid('Api', 'warehouse').key]),
  }
  return {
    principal: uid,
    action: new EntityUid('Action', 'GET /items/{id}'),
    resource: route.uid,
    context: new Map<string, Value>([
      ['time', clock(call.at)],
      ['scopes', new ValueSet(call.scopes)],
      ['credential', call.credential],
      ['headers', record(call.headers)],
      ['query', record(call.query)],
      ...(call.country === undefined ? [] : ([['country', call.country]] as const)),
      ...(call.ip === undefined ? [] : ([['ip', IpRange.read(call.ip)]] as const)),
    ]),
    entities: { find: each => [caller, route].find(entity => entity.uid.is(each)) },
  }
}

const among = (names: readonly string[], name: string, has: boolean) =>
  has ? [...new Set([...names, name])] : names.filter(each => each !== name)

function member<Value>(
  members: Readonly<Record<string, Value>>,
  name: string,
  value: Value | null,
): Readonly<Record<string, Value>> {
  const { [name]: _, ...others } = members
  return value === null ? others : { ...others, [name]: value }
}

const texts = (value: unknown) => (value === null ? null : String(value))

/** A call by somebody else; nobody has neither roles nor claims. */
export const asCaller = (call: Situation, type: string, id: string): Situation =>
  type === 'Anonymous' ? { ...call, type, id: '', roles: [], groups: [], claims: {} } : { ...call, type, id }

/** A call as explanations tell that it would have to be. */
export function asTold(call: Situation, change: PolicyChange): Situation {
  switch (change.kind) {
    case 'scope':
      return { ...call, scopes: among(call.scopes, change.name, change.has) }
    case 'role':
      return { ...call, roles: among(call.roles, change.name, change.has) }
    case 'group':
      return { ...call, groups: among(call.groups, change.name, change.has) }
    case 'claim':
      return { ...call, claims: member(call.claims, change.name, change.value) }
    case 'header':
      return { ...call, headers: member(call.headers, change.name, texts(change.value)) }
    case 'query':
      return { ...call, query: member(call.query, change.name, texts(change.value)) }
    case 'parameter':
      return { ...call, parameters: member(call.parameters, change.name, texts(change.value)) }
    case 'country':
      return { ...call, country: change.value ?? undefined }
    case 'address':
      return { ...call, ip: change.value.split('/')[0] }
    case 'time':
      return { ...call, at: Date.parse(change.at) }
    case 'credential':
      return { ...call, credential: change.value }
    case 'caller': {
      const [type = '', id] = change.value.split('::')
      return asCaller(call, type, id === undefined ? call.id : String(JSON.parse(id)))
    }
  }
}

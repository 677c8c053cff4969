import type { SchemaJson, Type } from '@cedar-policy/cedar-wasm/nodejs'
import type { AttributeType } from '@sallyport/core'

/** What a member of a record may hold: `decimal` is a number with four digits after the point at the most. */
export type MemberType = AttributeType | 'decimal' | Members

/** Members of a record, by their names. */
export type Members = ReadonlyMap<string, { readonly type: MemberType; readonly mayMiss: boolean }>

/** What policies may name: the operations of an API, and what is told of callers and calls. */
export interface Vocabulary {
  readonly operations: readonly string[]
  /** Names that path templates capture. */
  readonly parameters: readonly string[]
  readonly claims: Readonly<Record<string, AttributeType>>
  /** Header fields (lower case) and members of the query that the policies name. */
  readonly headers: readonly string[]
  readonly query: readonly string[]
  /** What a database tells of addresses. */
  readonly geo?: { readonly country: boolean; readonly network: boolean } | undefined
  /** What is declared of JSON bodies, and the operations whose calls have one. */
  readonly body?: { readonly members: Members; readonly operations: readonly string[] } | undefined
}

type Attributes = Readonly<Record<string, Type<string> & { readonly required: boolean }>>

const texts: Type<string> = { type: 'Set', element: { type: 'String' } }
const extension = (name: string): Type<string> => ({ type: 'Extension', name })

const leafTypes: Readonly<Record<Exclude<MemberType, Members>, Type<string>>> = {
  text: { type: 'String' },
  number: { type: 'Long' },
  boolean: { type: 'Boolean' },
  texts,
  decimal: extension('decimal'),
}

/** Whether policies must ask for what may be missing (`has`) before they use it. */
export type Asking = 'asked' | 'unasked'

const always = (type: Type<string>) => ({ ...type, required: true })
const perhapsBy = (asking: Asking) => (type: Type<string>) => ({ ...type, required: asking === 'unasked' })
type Perhaps = ReturnType<typeof perhapsBy>

const record = (attributes: Attributes): Type<string> => ({ type: 'Record', attributes: { ...attributes } })
const each = (names: readonly string[], type: Type<string>, perhaps: Perhaps): Attributes =>
  Object.fromEntries(names.map(name => [name, perhaps(type)]))

const membersType = (members: Members): Type<string> =>
  record(
    Object.fromEntries(
      [...members].map(([name, { type, mayMiss }]) => [
        name,
        { ...(typeof type === 'string' ? leafTypes[type] : membersType(type)), required: !mayMiss },
      ]),
    ),
  )

const time = record({
  at: always(extension('datetime')),
  /** Since midnight in the zone of the rule. */
  ofDay: always(extension('duration')),
  hour: always({ type: 'Long' }),
  minute: always({ type: 'Long' }),
  /** From Monday, 1, to Sunday, 7 (ISO 8601). */
  weekday: always({ type: 'Long' }),
})

const text: Type<string> = { type: 'String' }

const network = (perhaps: Perhaps) => record({ asn: always({ type: 'Long' }), owner: perhaps(text) })

/** Members of the context of every question. */
const contextTypes = (
  { headers, query, geo }: Pick<Vocabulary, 'headers' | 'query' | 'geo'>,
  body: Members | undefined,
  perhaps: Perhaps,
): Attributes => ({
  time: always(time),
  ip: perhaps(extension('ipaddr')),
  scopes: always(texts),
  credential: always(text),
  headers: always(record(each(headers, text, perhaps))),
  query: always(record(each(query, text, perhaps))),
  api: always(record({ owner: perhaps(text), tags: always(texts) })),
  ...(geo?.country && { country: perhaps(text) }),
  ...(geo?.network && { network: perhaps(network(perhaps)) }),
  ...(body && { body: always(membersType(body)) }),
})

/** A schema of Cedar for a vocabulary, which policies are validated by. Unasked, nobody lacks anything: what policies make of what is missing is no fault. */
export function schemaOf(
  { operations, parameters, claims, headers, query, geo, body }: Vocabulary,
  asking: Asking = 'asked',
): SchemaJson<string> {
  const perhaps = perhapsBy(asking)
  const claimed = Object.fromEntries(Object.entries(claims).map(([name, type]) => [name, perhaps(leafTypes[type])]))
  const caller = {
    memberOfTypes: ['Role', 'Group'],
    shape: record({ ...claimed, issuer: always(text), id: always(text), application: perhaps(text) }),
  }
  const appliesTo = (members: Members | undefined) => ({
    principalTypes: ['User', 'Application', 'Anonymous'],
    resourceTypes: ['Route'],
    context: record(contextTypes({ headers, query, geo }, members, perhaps)),
  })
  const [without, withBody] = [appliesTo(undefined), appliesTo(body?.members)]
  const bodied = new Set(body?.operations)
  return {
    '': {
      entityTypes: {
        // Through the application that it calls by.
        User: { ...caller, memberOfTypes: [...caller.memberOfTypes, 'Application'] },
        Application: caller,
        Anonymous: { shape: asking === 'asked' ? record({}) : caller.shape },
        Role: {},
        Group: {},
        Api: {},
        Route: { memberOfTypes: ['Api'], shape: record(each(parameters, text, perhaps)) },
      },
      actions: Object.fromEntries(operations.map(id => [id, { appliesTo: bodied.has(id) ? withBody : without }])),
    },
  }
}

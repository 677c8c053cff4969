import type { SchemaJson, Type } from '@cedar-policy/cedar-wasm/nodejs'
import type { AttributeType } from '@sallyport/core'

/** What policies may name: the operations of an API, and what is told of callers and calls. */
export interface Vocabulary {
  readonly operations: readonly string[]
  /** Names that path templates capture. */
  readonly parameters: readonly string[]
  readonly claims: Readonly<Record<string, AttributeType>>
  /** Header fields (lower case) and members of the query that the policies name. */
  readonly headers: readonly string[]
  readonly query: readonly string[]
}

type Attributes = Readonly<Record<string, Type<string> & { readonly required: boolean }>>

const texts: Type<string> = { type: 'Set', element: { type: 'String' } }
const extension = (name: string): Type<string> => ({ type: 'Extension', name })

const claimTypes: Readonly<Record<AttributeType, Type<string>>> = {
  text: { type: 'String' },
  number: { type: 'Long' },
  boolean: { type: 'Boolean' },
  texts,
}

const always = (type: Type<string>) => ({ ...type, required: true })
const perhaps = (type: Type<string>) => ({ ...type, required: false })
const record = (attributes: Attributes): Type<string> => ({ type: 'Record', attributes: { ...attributes } })
const each = (names: readonly string[], type: Type<string>): Attributes =>
  Object.fromEntries(names.map(name => [name, perhaps(type)]))

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

/** Members of the context of every question. */
const contextTypes = ({ headers, query }: Pick<Vocabulary, 'headers' | 'query'>): Attributes => ({
  time: always(time),
  ip: perhaps(extension('ipaddr')),
  scopes: always(texts),
  credential: always(text),
  headers: always(record(each(headers, text))),
  query: always(record(each(query, text))),
})

/** A schema of Cedar for a vocabulary, which policies are validated by. */
export function schemaOf({ operations, parameters, claims, headers, query }: Vocabulary): SchemaJson<string> {
  const claimed = Object.fromEntries(Object.entries(claims).map(([name, type]) => [name, perhaps(claimTypes[type])]))
  const caller = {
    memberOfTypes: ['Role', 'Group'],
    shape: record({ ...claimed, issuer: always(text), id: always(text), application: perhaps(text) }),
  }
  const context = record(contextTypes({ headers, query }))
  const appliesTo = { principalTypes: ['User', 'Application', 'Anonymous'], resourceTypes: ['Route'], context }
  return {
    '': {
      entityTypes: {
        User: caller,
        Application: caller,
        Anonymous: { shape: record({}) },
        Role: {},
        Group: {},
        Api: {},
        Route: { memberOfTypes: ['Api'], shape: record(each(parameters, text)) },
      },
      actions: Object.fromEntries(operations.map(id => [id, { appliesTo }])),
    },
  }
}

import { z } from 'zod'

type JsonSchema = z.core.JSONSchema.BaseSchema

const reference: JsonSchema = { type: 'string', pattern: '\\$\\{.+\\}' }

/** What a schema takes, as JSON Schema 2020-12 for editors: a reference such as `${PORT}` may stand for any scalar. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const written = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (!isNarrowScalar(jsonSchema)) return
      const { description, ...narrow } = jsonSchema
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
      Object.assign(jsonSchema, description === undefined ? {} : { description }, { anyOf: [narrow, reference] })
    },
  })
  loosen(written)
  return written
}

const isNode = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** The parts of `allOf`, each of which would refuse what another knows. */
function open(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(open)
  if (!isNode(json)) return json
  const { additionalProperties, anyOf, allOf, ...rest } = json
  return {
    ...rest,
    ...(additionalProperties !== undefined && additionalProperties !== false && { additionalProperties }),
    ...(anyOf !== undefined && { anyOf: open(anyOf) }),
    ...(allOf !== undefined && { allOf: open(allOf) }),
  }
}

/** What must fit several schemas at once may have the keys of all of them. */
function loosen(json: unknown): void {
  if (Array.isArray(json)) for (const each of json) loosen(each)
  if (!isNode(json)) return
  if (json.allOf !== undefined) json.allOf = open(json.allOf)
  for (const each of Object.values(json)) loosen(each)
}

const narrowing = ['enum', 'pattern', 'format', 'maxLength']
const shortestReference = '${N}'.length

/** Whether the schema is for a scalar and would refuse the text of a reference. */
function isNarrowScalar({ type, minLength = 0, ...rest }: JsonSchema): boolean {
  if (type === 'number' || type === 'integer' || type === 'boolean') return true
  return type === 'string' && (minLength > shortestReference || narrowing.some(keyword => Object.hasOwn(rest, keyword)))
}

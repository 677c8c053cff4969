import { z } from 'zod'

type JsonSchema = z.core.JSONSchema.BaseSchema

const reference: JsonSchema = { type: 'string', pattern: '\\$\\{.+\\}' }

/** What a schema takes, as JSON Schema 2020-12 for editors: a reference such as `${PORT}` may stand for any scalar. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (!isNarrowScalar(jsonSchema)) return
      const { description, ...narrow } = jsonSchema
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
      Object.assign(jsonSchema, description === undefined ? {} : { description }, { anyOf: [narrow, reference] })
    },
  })
}

const narrowing = ['enum', 'pattern', 'format', 'maxLength']
const shortestReference = '${N}'.length

/** Whether the schema is for a scalar and would refuse the text of a reference. */
function isNarrowScalar({ type, minLength = 0, ...rest }: JsonSchema): boolean {
  if (type === 'number' || type === 'integer' || type === 'boolean') return true
  return type === 'string' && (minLength > shortestReference || narrowing.some(keyword => Object.hasOwn(rest, keyword)))
}

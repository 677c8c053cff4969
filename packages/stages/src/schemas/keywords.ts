import { canonicalJson, type Json } from '@sallyport/core'
import type { DataValidateFunction, ErrorObject, KeywordDefinition } from 'ajv/dist/types/index.js'
import { lacking, type PasswordRule, passwordNeeds } from './password-rule.ts'

/** In time linear in the array, where comparing each with each would be at the mercy of who sends it. */
export const uniqueItems: KeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  validate: (wanted: boolean, items: Json[]) => !wanted || new Set(items.map(canonicalJson)).size === items.length,
  error: { message: 'must not hold an item twice' },
}

/** `x-password: { minLength: 8, needs: [upper, lower, digit, special], special: "!@#$" }`. */
export const password: KeywordDefinition = {
  keyword: 'x-password',
  type: 'string',
  schemaType: 'object',
  errors: 'full',
  metaSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      minLength: { type: 'integer', minimum: 1 },
      needs: { type: 'array', items: { enum: passwordNeeds } },
      special: { type: 'string', minLength: 1 },
    },
  },
  compile(rule: PasswordRule): DataValidateFunction {
    const lacks = lacking(rule)
    const validate: DataValidateFunction = (text: string) => {
      const missing = lacks(text)
      validate.errors = missing.map(
        (what): Partial<ErrorObject> => ({
          keyword: 'x-password',
          message: `needs ${what}`,
          params: {},
        }),
      )
      return missing.length === 0
    }
    return validate
  },
}

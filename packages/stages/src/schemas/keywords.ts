import { canonicalJson, type Json } from '@sallyport/core'
import type { DataValidateFunction, ErrorObject, KeywordDefinition } from 'ajv/dist/types/index.js'

/** In time linear in the array, where comparing each with each would be at the mercy of who sends it. */
export const uniqueItems: KeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  validate: (wanted: boolean, items: Json[]) => !wanted || new Set(items.map(canonicalJson)).size === items.length,
  error: { message: 'must not hold an item twice' },
}

/** What a password may have to have: what it is called, and where it is. */
const classes: ReadonlyMap<string, (special: string) => readonly [name: string, within: (text: string) => boolean]> =
  new Map([
    ['upper', () => ['an upper-case letter', text => /\p{Lu}/u.test(text)]],
    ['lower', () => ['a lower-case letter', text => /\p{Ll}/u.test(text)]],
    ['digit', () => ['a digit', text => /\d/.test(text)]],
    ['special', special => [`one of ${special}`, text => [...text].some(character => special.includes(character))]],
  ])

/** Settings of the keyword `x-password`. */
interface PasswordRule {
  readonly minLength?: number
  readonly needs?: readonly string[]
  readonly special?: string
}

/** Says of a password each thing that it lacks, by name, and nothing else about it. */
function lacking({ minLength = 8, needs = [], special = '!@#$%^&*' }: PasswordRule): (text: string) => string[] {
  const wanted = needs.flatMap(name => {
    const made = classes.get(name)
    return made === undefined ? [] : [made(special)]
  })
  return text => [
    ...([...text].length < minLength ? [`at least ${minLength} characters`] : []),
    ...wanted.filter(([, within]) => !within(text)).map(([name]) => name),
  ]
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
      needs: { type: 'array', items: { enum: [...classes.keys()] } },
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

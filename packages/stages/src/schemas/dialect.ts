import { linearTest } from '@sallyport/core'
import { Ajv2020, type AnySchema, type Options } from 'ajv/dist/2020.js'
import { formats } from './formats.ts'
import { password, uniqueItems } from './keywords.ts'
import { countingReferences } from './references.ts'

/** ajv shares what is compiled of one pattern by its text. */
function regExp(pattern: string) {
  const test = linearTest(pattern)
  return { test, toString: () => pattern }
}

const engine = Object.assign(regExp, { code: 'linearTest' })

function bareAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    meta: false,
    validateSchema: false,
    strictRequired: false,
    allowUnionTypes: true,
    ...options,
    ownProperties: true,
    inlineRefs: false,
    multipleOfPrecision: 9,
    logger: false,
    code: { regExp: engine },
  })
  for (const [name, format] of formats) ajv.addFormat(name, format)
  ajv.removeKeyword('uniqueItems')
  return ajv.addKeyword(uniqueItems).addKeyword(password)
}

/**
 * A compiler of JSON Schema 2020-12 whose schemas judge in time linear in the value: patterns run on RE2, only own members count, and
 * `isFit` bounds what is followed. Lengths are counted in characters, multiples to nine decimals. It takes schemas to be schemas: see
 * `requireSchema`.
 */
export const newAjv = (options: Options): Ajv2020 => countingReferences(bareAjv({ ...options, passContext: true }))

/** Knows what a schema is. Made once, for making it takes longer than most schemas do. */
let judge: Ajv2020 | undefined

/** Throws TypeError where something is no schema of 2020-12. */
export function requireSchema(schema: AnySchema): void {
  judge ??= bareAjv({ meta: true, validateSchema: true })
  if (judge.validateSchema(schema) !== true) throw new TypeError(judge.errorsText(judge.errors, { dataVar: 'schema' }))
}

import { linearTest } from '@sallyport/core'
import { Ajv2020, type Options } from 'ajv/dist/2020.js'
import { formats } from './formats.ts'
import { password, uniqueItems } from './keywords.ts'

/** ajv shares what is compiled of one pattern by its text. */
function regExp(pattern: string) {
  const test = linearTest(pattern)
  return { test, toString: () => pattern }
}

const engine = Object.assign(regExp, { code: 'linearTest' })

/**
 * A compiler of JSON Schema 2020-12 whose schemas judge in time linear in the value: patterns run on RE2, and only own members count.
 * Lengths are counted in characters, multiples to nine decimals.
 */
export function newAjv(options: Pick<Options, 'allErrors' | 'strict' | 'validateSchema'>): Ajv2020 {
  const ajv = new Ajv2020({
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

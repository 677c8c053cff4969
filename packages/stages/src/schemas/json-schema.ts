import { type Json, JsonError, readJson } from '@sallyport/core'
import { Ajv2020 } from 'ajv/dist/2020.js'

/** Places in a document, as JSON pointers (RFC 6901), and what is wrong there. */
export type Faults = Readonly<Record<string, readonly string[]>>

/** So many are told at the most. */
const faultsMax = 20

function schemaIn(text: string): Json {
  try {
    return readJson(text)
  } catch (error) {
    throw error instanceof JsonError ? new TypeError(`no JSON: ${error.message}`) : error
  }
}

function faultsOf(errors: readonly { readonly instancePath: string; readonly message?: string }[]): Faults {
  const faults = new Map<string, string[]>()
  for (const { instancePath, message = 'is not valid' } of errors.slice(0, faultsMax)) {
    faults.set(instancePath, [...(faults.get(instancePath) ?? []), message])
  }
  return Object.fromEntries(faults)
}

/** What a JSON Schema (2020-12) finds wrong with a value; undefined where nothing is. Throws TypeError where the text is no schema. */
export function compileSchema(text: string): (value: unknown) => Faults | undefined {
  const schema = schemaIn(text)
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema)))
    throw new TypeError('a schema is an object, true or false')
  const ajv = new Ajv2020({ allErrors: true, strict: true })
  let validate: ReturnType<typeof ajv.compile>
  try {
    validate = ajv.compile(schema)
  } catch (error) {
    throw new TypeError(error instanceof Error ? error.message : String(error))
  }
  return value => (validate(value) ? undefined : faultsOf(validate.errors ?? []))
}

import type { Json } from '@sallyport/core'
import type { AnySchema, ValidateFunction } from 'ajv/dist/2020.js'
import { newAjv, requireSchema } from './dialect.ts'
import { type Judge, judgeOf } from './faults.ts'
import { isPinned, within } from './pinned.ts'

function isSchema(json: Json | undefined): json is boolean | { [keyword: string]: Json } {
  return typeof json === 'boolean' || (typeof json === 'object' && json !== null && !Array.isArray(json))
}

function compile(documents: ReadonlyMap<string, AnySchema>, first: string, allErrors: boolean): ValidateFunction {
  const ajv = newAjv({ strict: true, allErrors })
  for (const [url, schema] of documents) ajv.addSchema(schema, url)
  const validate = ajv.getSchema(first)
  if (validate === undefined) throw new TypeError('there is no schema')
  if ('$async' in validate) throw new TypeError('the keyword $async is not supported')
  return validate
}

/** Whether a schema pins a place: see `isPinned`. */
export function pinsBy(documents: ReadonlyMap<string, Json>): (pointer: string) => boolean {
  const [root = true] = documents.values()
  return pointer => isPinned(root, pointer, within(root))
}

/**
 * What a JSON Schema (2020-12) finds wrong with a value. `documents` are the schema, which is the first, and those that it refers to, by
 * URL. Throws TypeError where they are none, or can't be run in linear time.
 */
export function compileSchema(documents: ReadonlyMap<string, Json>): Judge {
  const schemas = new Map<string, AnySchema>()
  for (const [url, json] of documents) {
    if (!isSchema(json)) throw new TypeError('a schema is an object, true or false')
    schemas.set(url, json)
  }
  const [first = ''] = schemas.keys()
  try {
    for (const schema of schemas.values()) requireSchema(schema)
    const quick = compile(schemas, first, false)
    return judgeOf(quick, () => compile(schemas, first, true))
  } catch (error) {
    throw new TypeError(error instanceof Error ? error.message : String(error))
  }
}

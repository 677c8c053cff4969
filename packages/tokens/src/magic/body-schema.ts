import type { Json } from '@sallyport/core'
import { type KeywordTest, keywords } from './body-keywords.ts'
import type { MakePattern } from './pattern.ts'
import type { Work } from './work.ts'

/** A schema that isn't judged by. The message names the keyword, for who wrote it. */
export class BadSchema extends Error {
  override readonly name = 'BadSchema'
}

/** Whether a value is what a schema describes. Throws Unjudgeable where that can't be told exactly. */
export type BodyTest = (value: Json, work: Work) => boolean

export type SchemaObject = { readonly [keyword: string]: Json }

/** What keywords are compiled with. */
export interface Compiling {
  readonly pattern: MakePattern
  /** A schema inside this one. */
  inner(schema: Json | undefined): BodyTest
}

const depthMax = 16
const schemasMax = 256

const isObject = (value: Json | undefined): value is SchemaObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function compileObject(schema: SchemaObject, compiling: Compiling): BodyTest {
  const tests: KeywordTest[] = Object.keys(schema).map(name => {
    const keyword = keywords.get(name)
    if (keyword === undefined) throw new BadSchema(`the keyword ${JSON.stringify(name)} isn't judged by`)
    return keyword(schema, compiling, fault => {
      throw new BadSchema(`the keyword ${name} ${fault}`)
    })
  })
  return (value, work) => {
    work.spend(tests.length + 1)
    return tests.every(test => test(value, work))
  }
}

/**
 * Compiles a closed subset of JSON Schema (2020-12) into functions of ours: no code is generated, for whoever narrows a token writes
 * schemas. Any other keyword is a BadSchema, annotations and `$ref` too.
 */
export function compileSchema(schema: Json, pattern: MakePattern): BodyTest {
  let count = 0
  const compile = (inner: Json | undefined, depth: number): BodyTest => {
    if (++count > schemasMax) throw new BadSchema(`has more than ${schemasMax} schemas in it`)
    if (depth > depthMax) throw new BadSchema(`nests schemas more than ${depthMax} deep`)
    if (typeof inner === 'boolean') return () => inner
    if (!isObject(inner)) throw new BadSchema('a schema is an object or a boolean')
    return compileObject(inner, { pattern, inner: deeper => compile(deeper, depth + 1) })
  }
  return compile(schema, 0)
}

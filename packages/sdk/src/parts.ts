import { after, type Call, type Site, type View } from '@sallyport/core'
import type { Given, Shape } from './endpoint.ts'
import { type Texts, textsBy } from './json-schema/texts.ts'
import { type Fitting, fitted, inputSchemaOf, type Schema } from './schema.ts'

const gathered = (pairs: Iterable<readonly [string, string]>): Texts => {
  const texts = new Map<string, string[]>()
  for (const [name, value] of pairs) texts.set(name, [...(texts.get(name) ?? []), value])
  return Object.fromEntries(
    [...texts].map(([name, [only = '', ...more]]) => [name, more.length === 0 ? only : [only, ...more]]),
  )
}

const queryOf = ({ target }: Call): Texts => gathered(new URLSearchParams(target.query ?? ''))
const headersOf = ({ headers }: Call): Texts =>
  gathered(headers.names.map((name, i) => [name, headers.valueAt(i)] as const))

/** What a schema makes of its part of a call, or what is wrong with it. */
type ReadPart = (view: View, site: Site) => Fitting<unknown>

function readTexts(schema: Schema, textsOf: (call: Call) => Texts): ReadPart {
  const typed = textsBy(inputSchemaOf(schema))
  return ({ call }) => {
    const { values, faults } = typed(textsOf(call))
    return after(fitted(schema, values), made => {
      if (Object.keys(faults).length === 0) return made
      return { faults: 'faults' in made ? { ...made.faults, ...faults } : faults }
    })
  }
}

const readBody =
  (schema: Schema): ReadPart =>
  (view, site) =>
    after(site.body?.(view), body => fitted(schema, body))

type Part = keyof Given<Shape>

/** How each part of a call is read by its schema. */
const readers: Readonly<Record<Part, (schema: Schema) => ReadPart>> = {
  params: schema => readTexts(schema, ({ parameters }) => parameters),
  query: schema => readTexts(schema, queryOf),
  headers: schema => readTexts(schema, headersOf),
  body: readBody,
}

const parts: readonly Part[] = ['params', 'query', 'headers', 'body']

/** The parts that a shape declares, in the order in which they are read. */
export function partsOf(shape: Shape): readonly (readonly [part: Part, read: ReadPart])[] {
  return parts.flatMap(part => {
    const schema = shape[part]
    return schema === undefined ? [] : [[part, readers[part](schema)] as const]
  })
}

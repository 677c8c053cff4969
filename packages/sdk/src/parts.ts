import { after, type Call, isUtf8, mediaType, Problem, type Site, type View } from '@sallyport/core'
import type { Given, Shape } from './endpoint.ts'
import { type Texts, textsBy } from './json-schema/texts.ts'
import { Media } from './media.ts'
import { type Fitted, type Fitting, fitted, inputSchemaOf, type Schema } from './schema.ts'

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

const readJson =
  (schema: Schema): ReadPart =>
  (view, site) =>
    after(site.body?.(view), body => fitted(schema, body))

function decoded(bytes: Uint8Array): Fitted<string> {
  try {
    return { value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { faults: { '': ['needs text in UTF-8'] } }
  }
}

/** What is sent has to be what was declared, and says so. */
function readMedia({ form, type }: Media<'text' | 'bytes'>): ReadPart {
  const wanted = mediaType(type)
  return async (view, site) => {
    const sent = view.call.headers.get('content-type') ?? ''
    if (mediaType(sent) !== wanted || (form === 'text' && !isUtf8(sent)))
      throw new Problem(
        'media-unsupported',
        { detail: `this operation takes ${type}` },
        `content type ${sent.slice(0, 100)}`,
      )
    const { bytes = new Uint8Array(0) } = (await site.content?.(view)) ?? {}
    return form === 'text' ? decoded(bytes) : { value: bytes }
  }
}

type Part = keyof Given<Shape>

const ofTexts: Readonly<Record<Exclude<Part, 'body'>, (call: Call) => Texts>> = {
  params: ({ parameters }) => parameters,
  query: queryOf,
  headers: headersOf,
}
const textParts = ['params', 'query', 'headers'] as const

/** The parts that a shape declares, in the order in which they are read. */
export function partsOf(shape: Shape): readonly (readonly [part: Part, read: ReadPart])[] {
  const { body } = shape
  const texts = textParts.flatMap(part => {
    const schema = shape[part]
    return schema === undefined ? [] : [[part, readTexts(schema, ofTexts[part])] as const]
  })
  if (body === undefined) return texts
  return [...texts, ['body', body instanceof Media ? readMedia(body) : readJson(body)]]
}

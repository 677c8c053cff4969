import { type Json, JsonError, readJson, requestLimits } from '@sallyport/core'
import type { Faults } from '../schemas/faults.ts'
import { isPinned, within } from '../schemas/pinned.ts'
import { below, memberOf, type OpenApiDocument, type Part, partsOf, unfit } from './document.ts'
import { formDecoded, Misread, only, type Pieces } from './pieces.ts'
import type { LateJudge, SchemaBook } from './schema-book.ts'
import { type Shape, shapeOf } from './shape.ts'
import { inPieces, inText, type Style } from './styles.ts'
import { candidates } from './typed.ts'

/** The texts of a request, or of an answer's header, among which parameters stand. */
export interface Texts {
  readonly path: Readonly<Record<string, string>>
  readonly query: Pieces
  readonly cookie: Pieces
  /** Every value of a field, by lower-case name. */
  header(name: string): readonly string[]
}

export type In = 'path' | 'query' | 'header' | 'cookie'

/** A parameter, ready to be looked for. */
export interface Parameter {
  readonly in: In
  readonly name: string
  readonly shape: Shape
  /** Whether it can only be a number, a date, a value of a list or the like. */
  readonly pinned: boolean
  /** What is wrong with it. */
  judge(texts: Texts): Promise<Faults | undefined>
}

const styles: Readonly<Record<In, { readonly usual: string; readonly known: readonly string[] }>> = {
  path: { usual: 'simple', known: ['simple'] },
  query: { usual: 'form', known: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] },
  header: { usual: 'simple', known: ['simple'] },
  cookie: { usual: 'form', known: ['form'] },
}

/** Throws TypeError where nobody here reads that style. */
export function styleOf(part: Part, place: In): Style {
  const { usual, known } = styles[place]
  const style = memberOf(part.json, 'style') ?? usual
  if (typeof style !== 'string' || !known.includes(style))
    throw unfit(
      [...part.at, 'style'],
      `${JSON.stringify(style)} isn't read in a ${place}; there are ${known.join(', ')}`,
    )
  const explode = memberOf(part.json, 'explode')
  return { style, explode: typeof explode === 'boolean' ? explode : style === 'form' }
}

/** What stands for a parameter: values that it may be, of which one must fit; undefined where it isn't there. */
type Read = (texts: Texts) => readonly Json[] | undefined

function rawOf(texts: Texts, place: In, name: string): string | undefined {
  if (place === 'path') return Object.hasOwn(texts.path, name) ? texts.path[name] : undefined
  if (place === 'header') return only(texts.header(name.toLowerCase()))
  const raw = only(texts[place].take(name))
  return raw === undefined || place === 'cookie' ? raw : formDecoded(raw)
}

function jsonIn(text: string): Json {
  try {
    return readJson(text, requestLimits)
  } catch (error) {
    throw error instanceof JsonError ? new Misread(`is no strict JSON: ${error.message}`) : error
  }
}

/** A parameter that is written as a document of its own. */
const contentReader =
  (place: In, name: string, type: string): Read =>
  texts => {
    const text = rawOf(texts, place, name)
    if (text === undefined) return undefined
    return [/[/+]json$/i.test(type) ? jsonIn(text) : text]
  }

function styleReader(place: In, name: string, style: Style, shape: Shape): Read {
  const valuesOf = (written: ReturnType<typeof inText>) => written.flatMap(one => candidates(one, shape))
  if (place === 'query' || place === 'cookie')
    return texts => {
      const written = inPieces(texts[place], name, style, shape)
      return written.length === 0 ? undefined : valuesOf(written)
    }
  const isList = shape.types.has('array') || shape.types.has('object')
  return texts => {
    const text = place === 'header' && isList ? joined(texts.header(name.toLowerCase())) : rawOf(texts, place, name)
    return text === undefined ? undefined : valuesOf(inText(text, style, shape))
  }
}

const joined = (values: readonly string[]) => (values.length === 0 ? undefined : values.join(','))

/** Which faults there are where none of several readings fits: those of the first. */
async function judgeAny(values: readonly Json[], judge: LateJudge): Promise<Faults | undefined> {
  let first: Faults | undefined
  for (const value of values) {
    const faults = await judge(value)
    if (faults === undefined) return undefined
    first ??= faults
  }
  return first
}

const under = (place: string, faults: Faults | undefined): Faults | undefined =>
  faults && Object.fromEntries(Object.entries(faults).map(([at, messages]) => [place + at, messages]))

/** What a parameter or header object says of its value: where its schema is, and how it is written. */
interface Described {
  readonly place: In
  readonly name: string
  readonly required: boolean
}

/** Reads a parameter or header object. Throws TypeError where it can't be judged by. */
export function describedParameter(
  part: Part,
  { place, name, required }: Described,
  book: SchemaBook,
  document: OpenApiDocument,
): Parameter {
  const [content] = partsOf(below(part, 'content'))
  const schema = content === undefined ? below(part, 'schema') : below(content[1], 'schema')
  const shape = shapeOf(schema, document)
  const read = content ? contentReader(place, name, content[0]) : styleReader(place, name, styleOf(part, place), shape)
  const judge = schema && book.judgeOf(schema)
  const emptyAllowed = memberOf(part.json, 'allowEmptyValue') === true
  const pinned = !emptyAllowed && schema !== undefined && isPinned(schema.json, '', within(document.root))
  const at = `${place}.${name}`
  return {
    ...{ in: place, name, shape, pinned },
    async judge(texts) {
      try {
        const values = read(texts)
        if (values === undefined) return required ? { [at]: ['is missing'] } : undefined
        if (judge === undefined || (emptyAllowed && values.includes(''))) return undefined
        return under(at, await judgeAny(values, judge))
      } catch (error) {
        if (error instanceof Misread) return { [at]: [error.message] }
        throw error
      }
    },
  }
}

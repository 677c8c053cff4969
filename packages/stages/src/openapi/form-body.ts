import { type Content, type Json, JsonError, Problem, readJson } from '@sallyport/core'
import { readMultipartForm } from '../bodies/multipart-form.ts'
import { below, memberOf, type OpenApiDocument, type Part } from './document.ts'
import { styleOf } from './parameter.ts'
import { formDecoded, formPieces, only, requireOneSpelling } from './pieces.ts'
import { type Shape, shapeOf } from './shape.ts'
import { inPieces } from './styles.ts'
import { typed } from './typed.ts'

/** A form as the value that its schema judges. Throws Misread, or Problem `body-malformed`. */
export type FormReader = (content: Content) => Json | Promise<Json>

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf({ bytes }: Content): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Problem('body-malformed', { detail: 'The form is not UTF-8.' }, 'a form that is not UTF-8')
  }
}

/** `application/x-www-form-urlencoded`: each property stands as a query parameter would. */
export function urlencodedReader(media: Part, document: OpenApiDocument): FormReader {
  const shape = shapeOf(below(media, 'schema'), document)
  const encoding = below(media, 'encoding')
  const properties = Array.from(shape.properties, ([name, inner]) => {
    const own = encoding && below(encoding, name)
    return { name, inner, style: own && memberOf(own.json, 'style') !== undefined ? styleOf(own, 'query') : usualStyle }
  })
  return content => {
    const pieces = formPieces(textOf(content))
    const read = properties.flatMap(({ name, inner, style }) => {
      const nested = inner.types.has('object') && style === usualStyle
      const [written] = inPieces(pieces, name, nested ? bracketed : style, inner)
      return written === undefined ? [] : [[name, typed(written, inner)] as const]
    })
    requireOneSpelling(pieces.left(), shape.properties)
    const others = pieces.left().map(name => [name, formDecoded(only(pieces.take(name)) ?? '')] as const)
    return Object.fromEntries<Json>([...read, ...others])
  }
}

const usualStyle = { style: 'form', explode: true }
const bracketed = { style: 'deepObject', explode: true }

/** A part of a form that stands for an object is JSON (OpenAPI 3.1 section 4.8.15.1); a file is judged as the text that it would be. */
async function partValue(entry: string | File, shape: Shape): Promise<Json> {
  const isDocument = shape.types.has('object') && !shape.types.has('string')
  const text = typeof entry === 'string' ? entry : await entry.text()
  if (!isDocument) return typed(text, shape)
  try {
    return readJson(text)
  } catch (error) {
    if (error instanceof JsonError) return text
    throw error
  }
}

/** `multipart/form-data` (RFC 7578). */
export function multipartReader(media: Part, document: OpenApiDocument): FormReader {
  const shape = shapeOf(below(media, 'schema'), document)
  return async content => {
    const form = await readMultipartForm(content)
    requireOneSpelling([...form.keys()], shape.properties)
    const read = [...new Set(form.keys())].map(async name => {
      const inner = shape.properties.get(name) ?? shapeless
      const isList = inner.types.has('array')
      const entries = isList ? form.getAll(name) : [only(form.getAll(name)) ?? '']
      const values = await Promise.all(
        entries.map(entry => partValue(entry, isList ? (inner.items ?? shapeless) : inner)),
      )
      return [name, isList ? values : (values[0] ?? '')] as const
    })
    return Object.fromEntries<Json>(await Promise.all(read))
  }
}

const shapeless: Shape = { types: new Set(), items: undefined, properties: new Map() }

import { isUtf8, type Json, mediaType, Problem, type Site, type View } from '@sallyport/core'
import { isJson } from '../bodies/json-body.ts'
import type { Faults } from '../schemas/faults.ts'
import { below, memberOf, type OpenApiDocument, type Part } from './document.ts'
import { multipartReader, urlencodedReader } from './form-body.ts'
import { contentFor, contentsOf } from './media.ts'
import { Misread } from './pieces.ts'
import type { SchemaBook } from './schema-book.ts'

/** What is wrong with the body of a call. Throws Problem `body-…`, `media-unsupported`. */
export type BodyJudge = (view: View, site: Site) => Promise<Faults | undefined>

/** How a body of a media type is read: the value that its schema judges; undefined where that can't be judged. */
type BodyReader = (view: View, site: Site) => Promise<Json | undefined>

const jsonReader: BodyReader = async (view, site) => site.body?.(view)

function readerOf(media: Part, type: string, document: OpenApiDocument): BodyReader | undefined {
  const form = forms.get(type)?.(media, document)
  if (form === undefined) return undefined
  return async (view, site) => {
    const content = await site.content?.(view)
    return content && form(content)
  }
}

const forms = new Map([
  ['application/x-www-form-urlencoded', urlencodedReader],
  ['multipart/form-data', multipartReader],
])

const isThere: BodyJudge = async (view, site) => {
  if (view.call.body.length === 0) return { '': ['is missing'] }
  return (await site.content?.(view)) === undefined ? { '': ['is missing'] } : undefined
}

/** An operation that takes no body gets none. */
export const noBodyJudge: BodyJudge = async (view, site) => {
  const missing = await isThere(view, site)
  return missing === undefined ? { '': ['is a body, and none is expected here'] } : undefined
}

/** Who minds another charset reads another value than the one that is judged. */
function requireUtf8(written: string): void {
  if (isUtf8(written)) return
  const detail = 'Bodies are read in UTF-8 here.'
  throw new Problem('media-unsupported', { detail }, `content type ${written.slice(0, 100)}`)
}

function mediaJudge(media: Part, type: string, book: SchemaBook, document: OpenApiDocument): BodyJudge {
  const schema = below(media, 'schema')
  const judge = schema && book.judgeOf(schema)
  const form = readerOf(media, type, document)
  return async (view, site) => {
    const written = view.call.headers.get('content-type') ?? ''
    const read = isJson(mediaType(written)) ? jsonReader : form
    if (judge === undefined || read === undefined) return undefined
    requireUtf8(written)
    try {
      const value = await read(view, site)
      return value === undefined ? undefined : judge(value)
    } catch (error) {
      if (error instanceof Misread) return { '': [error.message] }
      throw error
    }
  }
}

/** Judges bodies by a request body object. Throws TypeError where that can't be judged by. */
export function bodyJudge(part: Part, book: SchemaBook, document: OpenApiDocument): BodyJudge {
  const contents = contentsOf(part, (media, type) => mediaJudge(media, type, book, document))
  const required = memberOf(part.json, 'required') === true
  const known = [...contents.keys()].join(', ').slice(0, 200)
  return async (view, site) => {
    const missing = await isThere(view, site)
    if (missing !== undefined) return required ? missing : undefined
    const type = mediaType(view.call.headers.get('content-type') ?? '')
    const judge = contentFor(contents, type)
    if (judge !== undefined) return judge(view, site)
    throw new Problem(
      'media-unsupported',
      { detail: `The body may be ${known}.` },
      `content type ${type.slice(0, 100)}`,
    )
  }
}

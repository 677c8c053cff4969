import { mediaType } from '@sallyport/core'
import { below, type Part, partsOf } from './document.ts'

/** What a content map says of each media type. */
export type Contents<Value> = ReadonlyMap<string, Value>

export function contentsOf<Value>(part: Part | undefined, read: (media: Part, type: string) => Value): Contents<Value> {
  const media = partsOf(part && below(part, 'content'))
  return new Map(media.map(([type, one]) => [mediaType(type), read(one, mediaType(type))]))
}

/** The most specific entry for a type: itself, its range, or anything (OpenAPI 3.1 section 4.8.14.1). */
export function contentFor<Value>(contents: Contents<Value>, type: string): Value | undefined {
  return contents.get(type) ?? contents.get(`${type.split('/')[0]}/*`) ?? contents.get('*/*')
}

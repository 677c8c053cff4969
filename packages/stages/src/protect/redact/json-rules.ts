import type { Json } from '@sallyport/core'
import type { Document } from '../../fields/document.ts'
import { readMatcher } from './matcher.ts'
import type { ReadSide } from './relation.ts'

/** A matched value's record, within its document. */
export interface JsonMatch {
  readonly document: Document
  /** Undefined where no record is around the value. */
  readonly record: number | undefined
}

const nothing: readonly Json[] = []

const listed = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value])

/** Reads `@.doctor` or `$.owner`. Throws BadJsonPath. */
export const jsonSide: ReadSide<JsonMatch> = text => {
  if (!text.startsWith('@') && !text.startsWith('$')) return undefined
  const find = readMatcher(`$${text.slice(1)}`)
  const known = new WeakMap<Document, readonly Json[]>()
  const valuesIn = (document: Document) => {
    const values = known.get(document) ?? find(document).flatMap(id => listed(document.valueOf(id)))
    known.set(document, values)
    return values
  }
  if (text.startsWith('$')) return ({ document }) => valuesIn(document)
  return ({ document, record }) => (record === undefined ? nothing : valuesIn(document.part(record)))
}

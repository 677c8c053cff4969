import type { Json } from '@sallyport/core'
import type { Document } from './document.ts'
import { readMatcher } from './matcher.ts'
import type { ReadSide } from './relation.ts'

/** A matched value's record, within its document. */
export interface JsonMatch {
  readonly document: Document
  /** Undefined where no record is around the value. */
  readonly record: number | undefined
}

const listed = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value])

/** Reads `@.doctor` or `$.owner`. Throws BadJsonPath. */
export const jsonSide: ReadSide<JsonMatch> = text => {
  if (!text.startsWith('@') && !text.startsWith('$')) return undefined
  const find = readMatcher(`$${text.slice(1)}`)
  const valuesIn = (document: Document) => find(document).flatMap(id => listed(document.valueOf(id)))
  if (text.startsWith('$')) return ({ document }) => valuesIn(document)
  return ({ document, record }) => (record === undefined ? [] : valuesIn(document.part(record)))
}

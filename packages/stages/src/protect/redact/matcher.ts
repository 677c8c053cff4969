import { query } from 'jsonpath-rfc9535'
import type { Document } from '../../fields/document.ts'
import { readVisits } from '../../fields/visits.ts'
import { BadJsonPath, readLinearPath } from '../../json-path.ts'

/** The numbers of the values of a document that a JSONPath leads to; one may come twice. */
export type Matcher = (document: Document) => readonly number[]

/** Names and indices on the way to all values of an answer: the path of each is written down where values are looked at. */
const stepsMax = 2_000_000

/** An answer that is too large to be looked at. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/** By the values: slower, for the path of every value on the way is written down. */
function byValues(text: string): Matcher {
  const visits = readVisits(text)
  return document => {
    if (document.placed.steps > stepsMax) throw new TooLarge(`it is too large for the filter in ${text}`)
    const found: number[] = []
    visits(document, id => found.push(id))
    return found
  }
}

/** By the shape alone: no value is looked at. */
const byShape =
  (text: string): Matcher =>
  ({ placed }) =>
    query(placed.shape, text).map(found => placed.idOf(found))

/** Reads a JSONPath that runs in about linear time. Throws BadJsonPath. */
export function readMatcher(text: string): Matcher {
  const { isRoot, looksAtValues } = readLinearPath(text)
  if (isRoot) throw new BadJsonPath('needs to lead to something within the answer')
  return looksAtValues ? byValues(text) : byShape(text)
}

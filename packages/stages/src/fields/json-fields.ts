import { BadJsonPath } from '../json-path.ts'
import { Document } from './document.ts'
import { readVisits, type Steps, type Visits } from './visits.ts'

/** One value that was chosen in a JSON text. */
export interface Field {
  /** Its normalized path (RFC 9535 section 2.7). */
  readonly path: string
  /** Where it begins in the text, in UTF-16 units. */
  readonly at: number
  /** Where what follows it begins. */
  readonly to: number
  /** As it is written in the text. */
  readonly written: string
}

/** Values past which nothing is chosen any more. */
const fieldsMax = 10_000

/** A body in which more is chosen than anybody looks for. */
export class TooManyFields extends Error {
  override readonly name = 'TooManyFields'
}

/** Throws TooManyFields where there are more than so many. */
export function requireAtMost(fields: readonly unknown[], most: number): void {
  if (fields.length > most) throw new TooManyFields(`more than ${most} values are chosen`)
}

function visitsOf(text: string): Visits {
  try {
    return readVisits(text)
  } catch (error) {
    throw error instanceof BadJsonPath ? new TypeError(`${text}: ${error.message}`) : error
  }
}

const normalized = (steps: Steps) =>
  `$${steps.map(step => (typeof step === 'number' ? `[${step}]` : `['${step}']`)).join('')}`

/** Each value that one of the paths leads to, once, in the order in which they stand. Throws JsonError, TooManyFields. */
export type FindFields = (text: string) => readonly Field[]

/** Reads JSONPaths (RFC 9535). Throws TypeError where one is none, or would not run in about linear time. */
export function fieldsAt(expressions: readonly string[]): FindFields {
  const every = expressions.map(visitsOf)
  return text => {
    const document = new Document(text)
    const found = new Map<number, string>()
    const choose = (id: number, steps: Steps) => {
      if (found.size >= fieldsMax) throw new TooManyFields(`more than ${fieldsMax} values are chosen`)
      found.set(id, normalized(steps))
    }
    for (const visits of every) visits(document, choose)
    return [...found]
      .sort(([one], [other]) => one - other)
      .map(([id, path]) => {
        const { at, to } = document.placed.place(id)
        return { path, at, to, written: document.placed.written(id) }
      })
  }
}

/** Those that stand in none of the others. The fields are in order. */
export function outermost(fields: readonly Field[]): readonly Field[] {
  let end = 0
  return fields.filter(({ at, to }) => {
    const outer = at >= end
    if (outer) end = to
    return outer
  })
}

import { type Json, onceEach, Problem } from '@sallyport/core'
import { folded } from '../bodies/folded.ts'

export type Members = Readonly<Record<string, Json>>

export const malformed = (detail: string) => new Problem('body-malformed', { detail }, detail)

export const isObject = (value: Json | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Names of members by what they are to readers that pass over case: worked out once an object, however many selectors ask. */
const namesAlike = onceEach((object: Members) => Map.groupBy(Object.keys(object), folded))

/** A member's value. Throws Problem where another member could be taken for it. */
export function member(object: Members, wanted: string): Json | undefined {
  const alike = namesAlike(object)
    .get(folded(wanted))
    ?.find(name => name !== wanted)
  if (alike !== undefined) throw malformed(`the member ${JSON.stringify(alike)} could be taken for ${wanted}`)
  return Object.hasOwn(object, wanted) ? object[wanted] : undefined
}

/** Throws Problem for members beside the known ones: some server might read them. */
export function requireKnown(object: Members, known: ReadonlySet<string>, what: string): void {
  const other = Object.keys(object).find(name => !known.has(name))
  if (other !== undefined)
    throw malformed(`${what} has the member ${JSON.stringify(other.slice(0, 64))}, which is not taken`)
}

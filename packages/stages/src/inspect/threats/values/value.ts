import type { Place } from '../rule.ts'

/** One text of a call, and where it stands. */
export interface Value {
  /** As exceptions name it: `query:id`, `json:/items/0/name`, `path`. */
  readonly at: string
  readonly text: string
  readonly place: Place
}

/** Which places a schema narrows so far that no attack fits: an enum, a number, a date, a UUID. By name or JSON pointer. */
export type Pinned = (at: string) => boolean

export const nothing: Pinned = () => false

export const textAt = (at: string, text: string): Value => ({ at, text, place: 'text' })

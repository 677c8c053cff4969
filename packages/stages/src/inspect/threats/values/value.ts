import type { Place } from '../rule.ts'

/** One text of a call, and where it stands. */
export interface Value {
  /** As exceptions name it: `query:id`, `json:/items/0/name`, `path`. */
  readonly at: string
  readonly text: string
  readonly place: Place
}

export const textAt = (at: string, text: string): Value => ({ at, text, place: 'text' })

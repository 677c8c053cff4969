import type { HeaderList } from '@sallyport/core'
import type { Item } from 'structured-headers'
import { componentOf } from './base.ts'

/** What a message's signature covers: what is always there, and of some fields those that it has. */
export interface Coverage {
  readonly always: readonly Item[]
  /** Fields by their lower-case names. */
  readonly present: readonly Item[]
}

export const coverageOf = (always: readonly string[], present: readonly string[]): Coverage => ({
  always: always.map(componentOf),
  present: present.map(componentOf),
})

const has = (headers: HeaderList, [name]: Item) => typeof name === 'string' && headers.has(name)

/** Components as settings have them beside what is covered anyway. Derived ones and those of the request are always there. */
export function withFurther({ always, present }: Coverage, further: readonly string[]): Coverage {
  const known = new Set([...always, ...present].map(([name, parameters]) => `${name} ${[...parameters.keys()]}`))
  const added = further.map(componentOf).filter(([name, parameters]) => !known.has(`${name} ${[...parameters.keys()]}`))
  const isField = ([name, parameters]: Item) =>
    typeof name === 'string' && !name.startsWith('@') && !parameters.has('req')
  return {
    always: [...always, ...added.filter(item => !isField(item))],
    present: [...present, ...added.filter(isField)],
  }
}

/** What of it this message has. */
export const coveredIn = ({ always, present }: Coverage, headers: HeaderList): readonly Item[] => [
  ...always,
  ...present.filter(item => has(headers, item)),
]

import type { Item } from 'structured-headers'
import { componentOf } from './base.ts'
import { isAnswer, type Message } from './message.ts'

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

function has(message: Message, [name, parameters]: Item): boolean {
  const { headers } = parameters.has('req') && isAnswer(message) ? message.request : message
  return typeof name === 'string' && headers.has(name)
}

/** Components as settings have them beside what is covered anyway. Derived ones are always there. */
export function withFurther({ always, present }: Coverage, further: readonly string[]): Coverage {
  const known = new Set([...always, ...present].map(([name, parameters]) => `${name} ${[...parameters.keys()]}`))
  const added = further.map(componentOf).filter(([name, parameters]) => !known.has(`${name} ${[...parameters.keys()]}`))
  const isField = ([name]: Item) => typeof name === 'string' && !name.startsWith('@')
  return {
    always: [...always, ...added.filter(item => !isField(item))],
    present: [...present, ...added.filter(isField)],
  }
}

/** What of it this message has. */
export const coveredIn = ({ always, present }: Coverage, message: Message): readonly Item[] => [
  ...always,
  ...present.filter(item => has(message, item)),
]

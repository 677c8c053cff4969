import type { LogRedaction } from '../redaction.ts'

/** Characters of a value, and values and characters of a list, that are remembered; of what is more nothing is. */
const most = { text: 256, values: 64, characters: 2048 } as const

/** Tells what may be remembered. */
export interface Sieve {
  /** Whether values of this name may. */
  name(name: string): boolean
  /** Whether this one may. */
  text(text: string): boolean
}

/** No sign that a secret could stand behind: what most values look like. */
const bare = /^[\w-]*$/

export const sieveOf = (redaction: LogRedaction): Sieve => ({
  name: name => JSON.stringify(redaction.value({ [name]: '' })) === JSON.stringify({ [name]: '' }),
  text: text => text.length <= most.text && (bare.test(text) || redaction.text(text) === text),
})

/** Whether a list is short enough. */
export const fits = (texts: readonly string[]) =>
  texts.length <= most.values && texts.reduce((sum, { length }) => sum + length, 0) <= most.characters

/** Names of what can't be judged, where there is any. */
export const withUnfit = (unfit: readonly string[]) => (unfit.length > 0 ? { unfit: [...unfit] } : {})

import { propertiesIn, writtenOut } from './pattern-size.ts'

/** What a pattern takes: something by itself, and something for each step and for each property such as `\pL`, which is hundreds of ranges. */
interface Weights {
  readonly fixed: number
  readonly step: number
  readonly property: number
}

/** Measured on Node 24: up to 371 bytes for a step. */
const program: Weights = { fixed: 1024, step: 400, property: 16 * 1024 }
/** Paths of usual length leave half of it free. */
const automaton: Weights = { fixed: 8 * 1024, step: 600, property: 64 * 1024 }

const weightBy = ({ fixed, step, property }: Weights, text: string) =>
  fixed + writtenOut(text) * step + propertiesIn(text) * property

/** The automaton that a pattern builds up as it runs may take so much and stay. One that outgrows it isn't kept. */
export const automatonRoom = (text: string): number => weightBy(automaton, text)

/** What may stay with a pattern once it was run, at the most. */
const heldBytes = (text: string) => weightBy(program, text) + automatonRoom(text)

let sum = 0

/** Counts a pattern for whoever weighs what is being made. */
export function weigh(text: string): void {
  sum += heldBytes(text)
}

/** What is made, and how many bytes its patterns may come to hold. Making is synchronous, so that nobody else's patterns are among them. */
export function weighed<Made>(make: () => Made): { readonly made: Made; readonly bytes: number } {
  const before = sum
  const made = make()
  return { made, bytes: sum - before }
}

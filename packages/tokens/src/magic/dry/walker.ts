import type { Program } from './program.ts'

/** Bits of what holds between two characters (re2js): begin and end of a line and of the text, word boundary, none. */
const between = { begin: 1 | 4, end: 2 | 8, boundary: 16, noBoundary: 32 }

const isWord = (character: string) => /^\w$/.test(character)

/** Where a walk through a pattern stands; the same object for the same standing. */
export interface Standing {
  /** Among those of its walker. */
  readonly id: number
  /** Whether the text so far is one that the pattern matches whole. */
  readonly accepts: boolean
  /** Whether nothing that may follow will ever match. */
  readonly isDead: boolean
  after(character: string): Standing
}

/** All places of the pattern that can be reached without taking a character. */
function closure({ steps }: Program, from: readonly number[], holds: number): ReadonlySet<number> {
  const reached = new Set<number>()
  const open = [...from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue
    reached.add(at)
    const step = steps[at]
    if (step?.kind === 'fork') open.push(...step.to)
    else if (step?.kind === 'between' && (step.bounds & ~holds) === 0) open.push(step.to)
  }
  return reached
}

/** A pattern that is walked through character by character, deterministically. */
export class Walker {
  readonly #program: Program
  readonly #standings = new Map<string, Standing>()
  readonly #likeness = new Map<string, string>()

  constructor(program: Program) {
    this.#program = program
  }

  start(): Standing {
    return this.#standing([this.#program.start], '')
  }

  /** Whether the pattern takes this character, step by step: characters with one answer are alike to it. */
  likeness(character: string): string {
    const known = this.#likeness.get(character)
    if (known !== undefined) return known
    const bits = this.#program.steps.map(step => (step.kind === 'take' && step.takes(character) ? '1' : '0'))
    const likeness = `${bits.join('')}${isWord(character)}`
    this.#likeness.set(character, likeness)
    return likeness
  }

  #holds(before: string, after: string): number {
    const boundary = isWord(before) === isWord(after) ? between.noBoundary : between.boundary
    return boundary | (before === '' ? between.begin : 0) | (after === '' ? between.end : 0)
  }

  #standing(places: readonly number[], before: string): Standing {
    const kind = before === '' ? 'begin' : String(isWord(before))
    const key = `${kind} ${places.join()}`
    const known = this.#standings.get(key)
    if (known !== undefined) return known
    const next = new Map<string, Standing>()
    const atEnd = closure(this.#program, places, this.#holds(before, ''))
    const made: Standing = {
      id: this.#standings.size,
      accepts: [...atEnd].some(at => this.#program.steps[at]?.kind === 'end'),
      isDead: places.length === 0,
      after: character => {
        const standing = next.get(character) ?? this.#after(places, before, character)
        next.set(character, standing)
        return standing
      },
    }
    this.#standings.set(key, made)
    return made
  }

  #after(places: readonly number[], before: string, character: string): Standing {
    const reached = closure(this.#program, places, this.#holds(before, character))
    const to = new Set<number>()
    for (const at of reached) {
      const step = this.#program.steps[at]
      if (step?.kind === 'take' && step.takes(character)) to.add(step.to)
    }
    return this.#standing(
      [...to].sort((a, b) => a - b),
      character,
    )
  }
}

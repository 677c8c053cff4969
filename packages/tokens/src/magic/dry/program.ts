import { RE2JS } from 're2js'
import { z } from 'zod'
import { Unjudgeable } from '../work.ts'

/** What re2js compiles to, by its own numbers. */
const codes = {
  alt: 1,
  altMatch: 2,
  capture: 3,
  emptyWidth: 4,
  fail: 5,
  match: 6,
  nop: 7,
  rune: 8,
  rune1: 9,
  any: 10,
  anyNotNewline: 11,
}
const foldsCase = 1

const instruction = z.object({ op: z.int(), out: z.int(), arg: z.int(), runes: z.instanceof(Int32Array) })
const compiledForm = z.object({ start: z.int(), inst: z.array(instruction) })
type Instruction = z.output<typeof instruction>

/** One step of a pattern. `bounds` are bits that must hold between two characters. */
export type Step =
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'between'; readonly bounds: number; readonly to: number }
  | { readonly kind: 'take'; readonly takes: (character: string) => boolean; readonly to: number }
  | { readonly kind: 'end' }

/** A pattern as steps to be walked through, for who asks what it could match. */
export interface Program {
  readonly start: number
  readonly steps: readonly Step[]
}

function runeTest({ op, arg, runes }: Instruction): (character: string) => boolean {
  if (op === codes.any || op === codes.anyNotNewline) return () => true
  const [only = -1, ...more] = runes
  if (more.length === 0) {
    const text = only < 0 ? '' : String.fromCodePoint(only)
    const folded = (one: string) => [one.toLowerCase(), one.toUpperCase()]
    return character =>
      character === text || ((arg & foldsCase) !== 0 && folded(text).some(form => folded(character).includes(form)))
  }
  return character => {
    const rune = character.codePointAt(0) ?? 0
    return runes.some((low, at) => at % 2 === 0 && low <= rune && rune <= (runes[at + 1] ?? low))
  }
}

function stepOf(read: Instruction): Step {
  switch (read.op) {
    case codes.alt:
    case codes.altMatch:
      return { kind: 'fork', to: [read.out, read.arg] }
    case codes.capture:
    case codes.nop:
      return { kind: 'fork', to: [read.out] }
    case codes.emptyWidth:
      return { kind: 'between', bounds: read.arg, to: read.out }
    case codes.fail:
      return { kind: 'fork', to: [] }
    case codes.match:
      return { kind: 'end' }
    case codes.rune:
    case codes.rune1:
    case codes.any:
    case codes.anyNotNewline:
      return { kind: 'take', takes: runeTest(read), to: read.out }
    default:
      throw new Unjudgeable('a pattern has a step that is not known here')
  }
}

/** Throws RE2JS's own error for what it doesn't take, Unjudgeable for what can't be walked through. */
export function programOf(pattern: string): Program {
  const read = compiledForm.safeParse(RE2JS.compile(pattern).re2Input.prog)
  if (!read.success) throw new Unjudgeable('a pattern was compiled to what is not known here')
  return { start: read.data.start, steps: read.data.inst.map(stepOf) }
}

import { BadPattern, compileRe2 } from '@sallyport/core'
import type { RE2JS } from 're2js'
import { propertiesIn, writtenOut } from './pattern-size.ts'
import { automatonRoom, weigh } from './pattern-weight.ts'
import { Unjudgeable, type Work } from './work.ts'

/** A regular expression that runs in time linear in the text (RE2). */
export interface Pattern {
  /** Whether it matches all of the text. */
  fits(text: string, work: Work): boolean
  /** Whether it matches some part of the text. */
  occursIn(text: string, work: Work): boolean
}

export type MakePattern = (text: string) => Pattern

const longest = 512
const sizeMax = 500
/**
 * Compiling a step of a pattern takes up to 10 µs (measured on Node 24), and is counted as twice that: nobody waits longer than 50 ms for
 * what one call has compiled, once the process is warm. A property takes as long as so many steps. A list full of usual patterns is
 * still judged.
 */
const stepsToCompile = 600
const stepsOfProperty = 32

function checkSize(text: string): void {
  if (text.length > longest) throw new BadPattern(`a pattern has at most ${longest} characters`)
  // In a quotation brackets and counts mean themselves.
  if (text.includes('\\Q')) throw new BadPattern("\\Q isn't taken: escape each character by itself")
  const size = writtenOut(text)
  if (size > sizeMax)
    throw new BadPattern(`its counts written out, the pattern has about ${size} steps, not ${sizeMax}`)
}

function patternOf(compiled: (work: Work) => RE2JS, ran: (expression: RE2JS) => void): Pattern {
  const run = (text: string, work: Work, test: (expression: RE2JS) => boolean) => {
    const expression = compiled(work)
    work.spend((text.length + 1) * expression.programSize())
    const said = test(expression)
    ran(expression)
    return said
  }
  return {
    fits: (text, work) => run(text, work, expression => expression.testExact(text)),
    occursIn: (text, work) => run(text, work, expression => expression.test(text)),
  }
}

/** A pattern that was tried: what can't be run is a BadPattern now. For who makes tokens. */
export function readPattern(text: string): Pattern {
  checkSize(text)
  const expression = compileRe2(text)
  return patternOf(
    () => expression,
    () => undefined,
  )
}

/** What an automaton has taken of its memory, by the engine's own count. There is none before one was needed, whatever its type says. */
function automatonBytes(expression: RE2JS): number {
  const { lazyDFA } = expression.re2()
  return lazyDFA ? lazyDFA.maxMem - lazyDFA.memBudget : 0
}

/**
 * A pattern that is compiled when a call first needs it, on account of that call. For who reads tokens: one that can't be run refuses
 * the calls that need it. It is weighed as it is made; one whose automaton outgrows its room is let go, and compiled anew.
 */
export function lazyPattern(text: string): Pattern {
  checkSize(text)
  weigh(text)
  const room = automatonRoom(text)
  let kept: RE2JS | undefined
  const compiled = (work: Work) => {
    if (kept !== undefined) return kept
    work.spend((writtenOut(text) + propertiesIn(text) * stepsOfProperty) * stepsToCompile)
    try {
      kept = compileRe2(text)
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error
      throw new Unjudgeable(`a pattern of the token can't be run: ${error.message}`)
    }
    return kept
  }
  return patternOf(compiled, expression => {
    if (automatonBytes(expression) > room) kept = undefined
  })
}

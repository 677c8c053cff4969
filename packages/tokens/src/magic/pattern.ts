import { RE2JS, RE2JSException } from 're2js'
import { Unjudgeable, type Work } from './work.ts'

/** A pattern that isn't run. The message names what is wrong with it, for who wrote it. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern'
}

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
/** Compiling a step of a pattern takes about as long as running so many. */
const stepsToCompile = 60

/** What people know from other engines. Only looked for in what RE2 has refused, where it can't be a literal of a class any more. */
const constructs: readonly (readonly [where: RegExp, name: string])[] = [
  [/\(\?=/, 'look-ahead (?='],
  [/\(\?!/, 'negative look-ahead (?!'],
  [/\(\?<=/, 'look-behind (?<='],
  [/\(\?<!/, 'negative look-behind (?<!'],
  [/\\[1-9]/, 'a back-reference \\1'],
  [/\\k[<{']/, 'a named back-reference \\k'],
  [/\(\?P=/, 'a named back-reference (?P='],
  [/\(\?>/, 'an atomic group (?>'],
  [/[*+?}]\+/, 'a possessive quantifier'],
  [/\(\?\(/, 'a conditional (?('],
  [/\(\?(?:R|[+-]?\d|&)/, 'a recursion (?R'],
  [/\(\?#/, 'a comment (?#'],
]

function told(error: RE2JSException, text: string): string {
  const construct = constructs.find(([where]) => where.test(text))
  if (construct !== undefined) return `${construct[1]} isn't supported by RE2, which patterns run on`
  return error.message.replace(/^error parsing regexp: /, '')
}

/**
 * About how many steps a pattern has when its counts are written out. Compiling costs by that, so it must be known before: where a
 * group is counted all counts are multiplied, which is too much rather than too little.
 */
function writtenOut(text: string): number {
  const counts = [...text.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)].map(([, least, most]) =>
    Math.max(Number(least) + 1, Number(most ?? 0)),
  )
  if (/\)\{/.test(text)) return counts.reduce((product, count) => product * count, text.length)
  return counts.reduce((sum, count) => sum + count, text.length)
}

function checkSize(text: string): void {
  if (text.length > longest) throw new BadPattern(`a pattern has at most ${longest} characters`)
  const size = writtenOut(text)
  if (size > sizeMax)
    throw new BadPattern(`its counts written out, the pattern has about ${size} steps, not ${sizeMax}`)
}

function compile(text: string): RE2JS {
  try {
    return RE2JS.compile(text)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new BadPattern(told(error, text))
  }
}

function patternOf(compiled: (work: Work) => RE2JS): Pattern {
  const ready = (text: string, work: Work) => {
    const expression = compiled(work)
    work.spend((text.length + 1) * expression.programSize())
    return expression
  }
  return {
    fits: (text, work) => ready(text, work).testExact(text),
    occursIn: (text, work) => ready(text, work).test(text),
  }
}

/** A pattern that was tried: what can't be run is a BadPattern now. For who makes tokens. */
export function readPattern(text: string): Pattern {
  checkSize(text)
  const expression = compile(text)
  return patternOf(() => expression)
}

/**
 * A pattern that is compiled when a call first needs it, on account of that call. For who reads tokens: one that can't be run refuses
 * the calls that need it.
 */
export function lazyPattern(text: string): Pattern {
  checkSize(text)
  let expression: RE2JS | undefined
  return patternOf(work => {
    if (expression !== undefined) return expression
    work.spend(writtenOut(text) * stepsToCompile)
    try {
      expression = compile(text)
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error
      throw new Unjudgeable(`a pattern of the token can't be run: ${error.message}`)
    }
    return expression
  })
}

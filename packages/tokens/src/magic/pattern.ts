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

/** Escapes and classes as one, counts, brackets, and all other characters: as RE2 reads them. */
const lexeme = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:[^\]]*:\]|[^\]\\])*\]|\{(\d{1,9})(?:,(\d{0,9}))?\}|[\s\S]/g

/** About how many steps a pattern has when its counts are written out. Compiling costs by that, so it must be known before. */
function writtenOut(text: string): number {
  const around: number[] = []
  let [size, last] = [0, 0]
  for (const [word, least, most] of text.matchAll(lexeme)) {
    if (least !== undefined) {
      const count = Math.max(1, most === '' ? Number(least) + 1 : Number(most ?? least))
      size += last * (count - 1)
      last *= count
    } else if (word === '(') {
      around.push(size)
      size = 0
    } else {
      last = word === ')' ? size + 2 : 1
      size = word === ')' ? (around.pop() ?? 0) + last : size + last
    }
  }
  return size + around.reduce((sum, outer) => sum + outer, 0)
}

function checkSize(text: string): void {
  if (text.length > longest) throw new BadPattern(`a pattern has at most ${longest} characters`)
  // In a quotation brackets and counts mean themselves.
  if (text.includes('\\Q')) throw new BadPattern("\\Q isn't taken: escape each character by itself")
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

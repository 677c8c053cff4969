import { RE2JS, RE2JSException } from 're2js'

/** A pattern that isn't run. The message names what is wrong with it, for who wrote it. */
export class BadPattern extends Error {
  override readonly name = 'BadPattern'
}

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
  [/\{\d{4,}|\{\d+,\d{4,}/, 'a count above 1000'],
]

function told(error: RE2JSException, text: string): string {
  const construct = constructs.find(([where]) => where.test(text))
  if (construct !== undefined) return `${construct[1]} isn't supported by RE2, which patterns run on`
  return error.message.replace(/^error parsing regexp: /, '')
}

/** Compiles a pattern of RE2's own notation. Throws BadPattern. */
export function compileRe2(text: string): RE2JS {
  try {
    return RE2JS.compile(text)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new BadPattern(told(error, text))
  }
}

const lexeme = /\\[\s\S]|\[\^?|[\s\S]/g

const lineEnds = String.raw`\n\r\x{2028}\x{2029}`
const spaces = String.raw`\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`

/** What means less to RE2 than to ECMAScript, written out: outside of a class, and within one. */
const outside: ReadonlyMap<string, string> = new Map([
  ['.', `[^${lineEnds}]`],
  ['\\s', `[${spaces}]`],
  ['\\S', `[^${spaces}]`],
])
const inside: ReadonlyMap<string, string> = new Map([['\\s', spaces]])

function writtenOut(text: string): string {
  let inClass = false
  return text.replace(lexeme, piece => {
    const meant = (inClass ? inside : outside).get(piece) ?? piece
    if (piece.startsWith('[')) inClass = true
    else if (piece === ']') inClass = false
    return meant
  })
}

/**
 * Whether some part of a text is as a pattern in ECMAScript's notation says (ECMA-262, as JSON Schema 2020-12 section 6.4 wants it), in
 * time linear in the text. Throws BadPattern for what can't be told so.
 */
export function linearTest(pattern: string): (text: string) => boolean {
  const compiled = compileRe2(RE2JS.translateRegExp(writtenOut(pattern)))
  return text => compiled.test(text)
}

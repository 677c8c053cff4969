import { Units } from './units.ts'

const [tab, space, semicolon] = [0x09, 0x20, 0x3b]
const isWord = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f
/** What names of programs and their paths are made of. */
const isName = (unit: number): boolean => isWord(unit) || (unit >= 0x2d && unit <= 0x2f)

/** What a shell drops from a word, from a character on: how many characters, and one that stands for them. */
type Dropped = (text: string, at: number) => { readonly taken: number; readonly instead?: number } | undefined

/** How much of a text a sticky pattern matches from a place on; -1 for nothing. */
function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex - at : -1
}

const [one, two, three] = [{ taken: 1 }, { taken: 2 }, { taken: 3 }]

const quote: Dropped = (text, at) =>
  isWord(text.charCodeAt(at - 1)) || isWord(text.charCodeAt(at + 1)) || text[at + 1] === text[at] ? one : undefined

const emptyQuotes: Dropped = (text, at) => (text[at + 1] === '`' ? two : undefined)

const backslash: Dropped = (text, at) => (isName(text.charCodeAt(at + 1)) ? one : undefined)

const emptyVariable = /\$(?:[@*!_?$-]|\(\)|\{[^}]{0,40}\})/y
const variable: Dropped = (text, at) => ({ taken: lengthAt(emptyVariable, text, at) })

const substitution: Dropped = (text, at) => (text.startsWith('()', at + 1) ? three : undefined)

const oneOfClass = /\[\w[\w/-]{0,4}\]/y
const characters: Dropped = (text, at) => ({
  taken: lengthAt(oneOfClass, text, at),
  instead: text.charCodeAt(at + 1),
})

const separator = { taken: 1, instead: semicolon }
const [mostBlanks, longestName, mostEnds] = [8, 40, 4]
/** How a command goes on behind its name, and no sentence. */
const goesOn = /[ \t]{0,8}(?:$|[;|&<>`])|[ \t]{1,8}(?:-{1,2}[a-z]|["'/$~<>|;&.*%]|https?:|\d{1,3}\.\d{1,3}\.)/iy
const lastLines = /[\r\n]{1,4}$/y

/** A new line begins a command, if what follows reads like one: most lines are none. */
const line: Dropped = (text, at) => {
  let from = at + 1
  for (let unit = text.charCodeAt(from); unit === space || unit === tab; unit = text.charCodeAt(from))
    if (++from - at > mostBlanks) return undefined
  let end = from
  while (end - from < longestName && isName(text.charCodeAt(end))) end++
  if (end === from || isWord(text.charCodeAt(end))) return undefined
  const isLast = end >= text.length - mostEnds && lengthAt(lastLines, text, end) > 0
  return isLast || lengthAt(goesOn, text, end) >= 0 ? separator : undefined
}

const dropped: (Dropped | undefined)[] = new Array(0x61)
for (const [marks, drop] of [
  ['\'"', quote],
  ['`', emptyQuotes],
  ['\\', backslash],
  ['$', variable],
  ['<>', substitution],
  ['[', characters],
  ['\r\n', line],
] as const)
  for (const mark of marks) dropped[mark.charCodeAt(0)] = drop

/**
 * A text as a shell reads its words: without quotes, backslashes and empty variables inside of them (`c'a't`, `w\hoami`,
 * `una$@me`), a class of characters as its first (`/etc/[p]asswd`), a new line as the separator that it is before a command.
 * The same text comes back if there is none of that.
 */
export function unquote(text: string): string {
  let units: Units | undefined
  let copied = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x60) continue
    const drop = dropped[unit]?.(text, i)
    if (drop === undefined || drop.taken < 0) continue
    units ??= new Units(text.length)
    units.addAll(text, copied, i)
    if (drop.instead !== undefined) units.add(drop.instead)
    copied = i + drop.taken
    i = copied - 1
  }
  if (units === undefined) return text
  units.addAll(text, copied, text.length)
  return units.text()
}

/** Whether a shell would read it otherwise: marks inside of words, or lines. */
export const hasMarks =
  /[\r\n]|(?<=\w)(?:''|""|``|'\w{1,8}'\w|"\w{1,8}"\w|\\\w|\$[@*!_?$({]|[<>]\(\)|\$\w{1,8}\+)|\\\w\w|\\[./]|(?<=[/\w])\[\w/

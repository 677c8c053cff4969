import { Units } from './units.ts'

const semicolon = 0x3b
const isWord = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f

/** What a shell drops from a word, from a character on: how many characters, and one that stands for them. */
type Dropped = (text: string, at: number) => { readonly taken: number; readonly instead?: number } | undefined

const emptyVariable = /\$(?:[@*!_?$-]|\(\)|\{[^}]{0,40}\}|\?)/y
const oneOfClass = /\[\w[\w/-]{0,4}\]/y
const lengthAt = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex - at : 0
}

const one = { taken: 1 }
const separator = { taken: 1, instead: semicolon }

const quote: Dropped = (text, at) =>
  isWord(text.charCodeAt(at - 1)) || isWord(text.charCodeAt(at + 1)) || text[at + 1] === text[at] ? one : undefined
const substitution: Dropped = (text, at) => (text.startsWith('()', at + 1) ? { taken: 3 } : undefined)
const command =
  /[\r\n]{1,4}[ \t]{0,8}[\w./-]{1,40}(?:[ \t]{0,8}(?:$|[\r\n]{1,4}$|[;|&<>`])|[ \t]{1,8}(?:-{1,2}[a-z]|["'/$~<>|;&.*%]|https?:|\d{1,3}\.\d{1,3}\.))/iy
const line: Dropped = (text, at) => (lengthAt(command, text, at) > 0 ? separator : undefined)

const dropped = new Map<number, Dropped>([
  [0x27, quote],
  [0x22, quote],
  [0x60, (text, at) => (text[at + 1] === '`' ? { taken: 2 } : undefined)],
  [0x5c, (text, at) => (/[\w/.-]/.test(text.charAt(at + 1)) ? one : undefined)],
  [0x24, (text, at) => ({ taken: lengthAt(emptyVariable, text, at) })],
  [0x3c, substitution],
  [0x3e, substitution],
  [0x5b, (text, at) => ({ taken: lengthAt(oneOfClass, text, at), instead: text.charCodeAt(at + 1) })],
  [0x0a, line],
  [0x0d, line],
])

/**
 * A text as a shell reads its words: without quotes, backslashes and empty variables inside of them (`c'a't`, `w\hoami`,
 * `una$@me`), a class of characters as its first (`/etc/[p]asswd`), a new line as the separator that it is before a command.
 */
export function unquote(text: string): string {
  const units = new Units(text.length)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const drop = unit < 0x61 ? dropped.get(unit)?.(text, i) : undefined
    if (drop === undefined || drop.taken === 0) {
      units.add(unit)
      continue
    }
    if (drop.instead !== undefined) units.add(drop.instead)
    i += drop.taken - 1
  }
  return units.text()
}

/** Whether a shell would read it otherwise: marks inside of words, or lines. */
export const hasMarks =
  /[\r\n]|\w(?:''|""|``|'\w{1,8}'\w|"\w{1,8}"\w|\\\w|\$[@*!_?$({]|[<>]\(\)|\$\w{1,8}\+)|\\\w\w|[/\w]\[\w/

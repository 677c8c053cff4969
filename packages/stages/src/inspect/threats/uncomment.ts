import { Units } from './units.ts'

const [slash, star, dash, number, bang] = [0x2f, 0x2a, 0x2d, 0x23, 0x21]
const space = 0x20
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39

/** Where the next `what` ends from a place on, -1 if there is none: looked for again only behind the last one found. */
function finder(text: string, what: string): (from: number) => number {
  let found = -2
  return from => {
    if (found !== -1 && found < from) found = text.indexOf(what, from)
    return found < 0 ? -1 : found + what.length
  }
}

/** Where the words go on that MySQL reads in spite of the marks: `/*!50000union*\/`. */
function afterVersion(text: string, at: number): number {
  let i = at
  while (isDigit(text.charCodeAt(i)) && i < at + 6) i++
  return i
}

/**
 * A text without its comments, each of them one space: `/* *\/`, and `--`, `#`, `//` up to the end of the line. A mark without
 * an end stays, for it may end a statement. The same text comes back if it has none.
 */
export function uncomment(text: string): string {
  const [blockEnd, lineEnd] = [finder(text, '*/'), finder(text, '\n')]
  let units: Units | undefined
  let copied = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit !== slash && unit !== star && unit !== dash && unit !== number) continue
    const next = text.charCodeAt(i + 1)
    let end = -1
    if (unit === slash && next === star)
      end = text.charCodeAt(i + 2) === bang ? afterVersion(text, i + 3) : blockEnd(i + 2)
    else if (unit === star && next === slash) end = units === undefined ? -1 : i + 2
    else if (unit === number || (next === unit && (unit === dash || unit === slash))) end = lineEnd(i + 1)
    if (end < 0) continue
    units ??= new Units(text.length + 1)
    units.addAll(text, copied, i)
    units.add(space)
    copied = end
    i = end - 1
  }
  if (units === undefined) return text
  units.addAll(text, copied, text.length)
  return units.text()
}

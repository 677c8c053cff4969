import { decode } from './decode.ts'
import { families as all } from './families/index.ts'
import { type Finding, matcherOf } from './matcher.ts'
import { normal } from './normal.ts'
import type { Family, Level, Place } from './rule.ts'
import { uncomment } from './uncomment.ts'
import { hasMarks, unquote } from './unquote.ts'

export type Scan = (value: string, place?: Place) => Finding | undefined

const shortestPacked = 8
const notBase64 = /[^A-Za-z0-9+/_=-]/
const padding = /=[^=]|===/
const notPrintable = /[^\t\n\r -~]/

/** The text behind a value that is base64 of printable ASCII and nothing else; undefined if it is none. */
function unpacked(value: string): string | undefined {
  if (value.length < shortestPacked || value.length % 4 === 1) return undefined
  if (notBase64.test(value) || padding.test(value)) return undefined
  const text = Buffer.from(value, 'base64').toString('latin1')
  return notPrintable.test(text) ? undefined : text
}

const hasComment = /\/\*|--|#|\/\//

/** The readings of a value: as it came, and with one and two layers of encoding undone. */
function readings(value: string): readonly string[] {
  const once = decode(value)
  if (once === value) {
    const text = unpacked(value)
    return text === undefined ? [value] : [value, text]
  }
  const twice = decode(once)
  return twice === once ? [value, once] : [value, once, twice]
}

/**
 * What reading and trying may cost, for every text and for each of its characters more. A character walked over costs 1, a
 * place tried costs 40, which is about 6 ns each: a text of 1 MiB is done with within 50 ms, whatever it holds.
 */
const freeEffort = 1_000_000
const effortOfCharacter = 4

/** What costs more than that counts as an attack: nothing is let through unread. */
const unreadable = { family: 'any', rule: 'more beginnings than can be tried', level: 1, at: 0 } as const

function made(level: Level, families: readonly Family[]): Scan {
  const of = (reading: Family['also']) =>
    matcherOf(
      families.filter(({ also }) => also === reading),
      level,
    )
  const plain = matcherOf(families, level)
  const [uncommented, unquoted] = [of('uncommented'), of('unquoted')]
  return (value, place = 'text') => {
    const effort = { left: freeEffort + value.length * effortOfCharacter }
    for (const reading of readings(value)) {
      const shell = hasMarks.test(reading) ? unquote(reading) : reading
      const code = hasComment.test(reading) ? uncomment(reading) : reading
      const found =
        plain(normal(reading), place, effort) ??
        (code === reading ? undefined : uncommented(normal(code), place, effort)) ??
        (shell === reading ? undefined : unquoted(normal(shell), place, effort))
      if (found !== undefined) return found
      if (effort.left < 0) return unreadable
    }
    return undefined
  }
}

const known = new Map<string, Scan>()

/** Finds what is an attack at a level, in the families given. Made once for all routes: it takes some tenths of a second. */
export function scanner(level: Level, families: readonly Family[] = all): Scan {
  const key = [level, ...families.map(({ name }) => name)].join(' ')
  const scan = known.get(key) ?? made(level, families)
  known.set(key, scan)
  return scan
}

import { decode } from './decode.ts'
import { families as all } from './families/index.ts'
import { type Effort, type Finding, type Matcher, matcherOf } from './matcher.ts'
import { normal } from './normal.ts'
import type { Family, Level, Place } from './rule.ts'
import { uncomment } from './uncomment.ts'
import { unpacked } from './unpacked.ts'
import { hasMarks, unquote } from './unquote.ts'

export type Scan = (value: string, place?: Place) => Finding | undefined

/**
 * What reading and trying may cost, for every text and for each of its characters more. A character read costs 1, one walked
 * over 2, a try from 40 on: about 4 ns each, so that 1 MiB is done with within 50 ms, whatever it holds.
 */
const freeEffort = 4_000_000
const effortOfCharacter = 4

/** What costs more than that counts as an attack: nothing is let through unread. */
const unreadable = { family: 'any', rule: 'more beginnings than can be tried', level: 1, at: 0 } as const

/** Reads a text in a way that is paid for. */
function paid(read: (text: string) => string, text: string, effort: Effort): string {
  const other = read(text)
  effort.left -= other === text ? text.length : 2 * text.length
  return other
}

/** A value as it came, and with one and two layers of encoding undone; each made when it is asked for. */
function* layersOf(value: string, effort: Effort): Generator<string> {
  yield value
  const once = paid(decode, value, effort)
  const inside = once === value ? unpacked(value) : once
  if (inside === undefined) return
  yield inside
  const twice = inside === once ? paid(decode, once, effort) : inside
  if (twice !== inside) yield twice
}

/** How an interpreter reads a text, and what is looked for in that. */
interface Reading {
  readonly read: (text: string) => string
  readonly match: Matcher
}

const hasComment = /\/\*|--|#|\/\//

/** The readings of a text beside the one as it stands: what is dropped there is what the families' interpreters drop. */
function readingsFor(level: Level, families: readonly Family[]): readonly Reading[] {
  const also = (reading: Family['also']) =>
    matcherOf(
      families.filter(each => each.also === reading),
      level,
    )
  return [
    { read: text => (hasComment.test(text) ? uncomment(text) : text), match: also('uncommented') },
    { read: text => (hasMarks.test(text) ? unquote(text) : text), match: also('unquoted') },
  ]
}

function made(level: Level, families: readonly Family[]): Scan {
  const [plain, others] = [matcherOf(families, level), readingsFor(level, families)]
  return (value, place = 'text') => {
    const effort = { left: freeEffort + value.length * effortOfCharacter }
    for (const layer of layersOf(value, effort)) {
      const found = plain(paid(normal, layer, effort), place, effort)
      if (found !== undefined) return found
      for (const { read, match } of others) {
        if (effort.left < 0) return unreadable
        const text = paid(read, layer, effort)
        const other = text === layer ? undefined : match(paid(normal, text, effort), place, effort)
        if (other !== undefined) return other
      }
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

import type { Level, Take, Taken } from '@sallyport/core'
import { levelOf } from './level.ts'

/** A take and the key that it is about. */
export interface KeyedTake {
  readonly key: string
  readonly take: Take
}

/** Words of an answer before its takes, and for each take. */
const words = { head: 2, take: 4 }

const flags: Readonly<Record<string, boolean>> = { '0': false, '1': true }

/** As Lua writes numbers. A counter that nobody has used yet began before all time. */
const numberOf = (word: string | undefined) =>
  word === '-inf' ? Number.NEGATIVE_INFINITY : word === undefined || word === '' ? Number.NaN : Number(word)

function levelIn(parts: readonly string[], { take }: KeyedTake, due: number, now: number): Level | undefined {
  const fits = flags[parts[0] ?? '']
  const [since, used, before] = [numberOf(parts[1]), numberOf(parts[2]), numberOf(parts[3])]
  if (fits === undefined || Number.isNaN(since + used + before)) return undefined
  return levelOf({ since, used, before }, take.rule, due, fits, now)
}

/**
 * Reads what takeScript answered: its ticket, whether all was allowed, and for each take whether it fits, since when its counter
 * runs, what was used and what before. Undefined where it is anything else, the answer to another ticket too.
 */
export function readTaken(reply: unknown, ticket: number, asked: readonly KeyedTake[], now: number): Taken | undefined {
  const parts = typeof reply === 'string' ? reply.split(' ') : []
  if (parts.length !== words.head + words.take * asked.length || parts[0] !== String(ticket)) return undefined
  const dues = new Map<string, number>()
  const levels: Level[] = []
  for (const [i, one] of asked.entries()) {
    const due = (dues.get(one.key) ?? 0) + one.take.cost
    dues.set(one.key, due)
    const from = words.head + words.take * i
    const level = levelIn(parts.slice(from, from + words.take), one, due, now)
    if (level === undefined) return undefined
    levels.push(level)
  }
  const allowed = levels.every(level => level.allowed)
  return parts[1] === (allowed ? '1' : '0') ? { allowed, levels } : undefined
}

import { hash } from 'node:crypto'
import type { Counters, Level, LimitRule, Take, Taken } from '@sallyport/core'
import { algorithms, fellBack } from './algorithms.ts'
import { checkNumbers, checkRule, whole } from './checks.ts'
import { levelOf } from './level.ts'
import { type Kept, type Shelf, Sweep } from './sweep.ts'

/** One take of a call and the counter that it is about. */
interface Asked {
  readonly take: Take
  readonly shelf: Shelf
  readonly key: string
  /** Not yet on its shelf where the key is new. */
  readonly tally: Kept
  /** What this take and those before it in the call ask of the counter together. */
  readonly due: number
  readonly full: boolean
  readonly fits: boolean
}

const defaultMaxKeys = 1_000_000
/** A key may hold a header or a claim, so a long one is kept as its digest: no caller chooses how much memory a key takes. */
const longestKey = 256
/**
 * Entries looked at for every new key (more than one, so that sweeping outruns adding), for every take, and in a call that finds the
 * store full. Each is a look into memory that nobody else has at hand, so they are few, and many are done in a row.
 */
const steps = { added: 2, each: 1 / 8, atOnce: 16, full: 64 }
/** Nobody knows when a place comes free in a full store; this is when asking again is worth while. */
const fullRetryMs = 1000

function toldOf({ take, tally, due, full, fits }: Asked, now: number): Level {
  if (full) return { allowed: false, remaining: 0, resetMs: 0, retryMs: fits ? fullRetryMs : Number.POSITIVE_INFINITY }
  return levelOf(tally, take.rule, due, fits, now)
}

/** Counters in this process's memory. It answers at once: no other call comes between judging and taking. */
export class MemoryCounters implements Counters {
  readonly #shelves = new Map<string, Shelf>()
  readonly #maxKeys: number
  readonly #sweep: Sweep
  #size = 0
  /** Entries still to be looked at. */
  #owed = 0

  constructor(maxKeys: number) {
    if (!whole(maxKeys, 1)) throw new TypeError('maxKeys is a whole number of at least 1')
    for (const [name, algorithm] of Object.entries(algorithms)) this.#shelves.set(name, { algorithm, kept: new Map() })
    this.#maxKeys = maxKeys
    this.#sweep = new Sweep(this.#shelves)
  }

  /** How many keys are kept: those that count, and those not yet swept. */
  get size(): number {
    return this.#size
  }

  take(takes: readonly Take[], now: number): Taken {
    checkNumbers(takes, now)
    this.#sweepDue(takes.length, now)
    const asked = this.#ask(takes, now, kept => kept)
    const allowed = asked.every(({ fits, full }) => fits && !full)
    if (allowed) for (const one of asked) this.#add(one, now)
    return { allowed, levels: asked.map(one => toldOf(one, now)) }
  }

  /** Takes from copies of the counters that are named, so that nothing here changes, however far off `now` is. */
  peek(takes: readonly Take[], now: number): Taken {
    checkNumbers(takes, now)
    const asked = this.#ask(takes, now, kept => ({ ...kept }))
    const allowed = asked.every(({ fits, full }) => fits && !full)
    if (allowed) for (const one of asked) spend(one, now)
    return { allowed, levels: asked.map(one => toldOf(one, now)) }
  }

  release(takes: readonly Take[], now: number): void {
    checkNumbers(takes, now)
    for (const { key, rule, cost } of takes) {
      if (rule.algorithm !== 'concurrency') continue
      const { kept } = this.#shelf(rule)
      const tally = kept.get(keptKey(key))
      if (tally === undefined) continue
      tally.used = Math.max(0, tally.used - cost)
      if (tally.used === 0 && kept.delete(keptKey(key))) this.#size--
    }
  }

  #sweepDue(takes: number, now: number): void {
    const nearlyFull = this.#size + takes > this.#maxKeys
    this.#owed += takes * steps.each
    if (!nearlyFull && this.#owed < steps.atOnce) return
    this.#size -= this.#sweep.run(now, nearlyFull ? steps.full : this.#owed)
    this.#owed = 0
  }

  #shelf(rule: LimitRule): Shelf {
    const shelf = this.#shelves.get(rule.algorithm)
    if (shelf === undefined) throw new TypeError('there is no such limit algorithm')
    return shelf
  }

  /** `tallyOf` gives what to reckon with for a counter that is kept: itself, or a copy. */
  #ask(takes: readonly Take[], now: number, tallyOf: (kept: Kept) => Kept): Asked[] {
    const asked: Asked[] = []
    let added = 0
    for (const take of takes) {
      const { rule, cost } = take
      const shelf = this.#shelf(rule)
      const key = keptKey(take.key)
      const earlier = asked.length === 0 ? undefined : asked.findLast(one => one.key === key && one.shelf === shelf)
      const kept = shelf.kept.get(key)
      const tally = earlier?.tally ?? (kept === undefined ? fresh(rule) : tallyOf(kept))
      if (fellBack(tally, rule, now)) tally.since = now
      if (kept === undefined && earlier === undefined) added++
      const due = cost + (earlier?.due ?? 0)
      const fits = due <= shelf.algorithm.room(tally, rule, now)
      asked.push({ take, shelf, key, tally, due, fits, full: kept === undefined && this.#size + added > this.#maxKeys })
    }
    return asked
  }

  #add(asked: Asked, now: number): void {
    const { take, shelf, key, tally } = asked
    // Only a fresh tally holds nothing.
    if (take.cost > 0 && tally.used === 0) {
      shelf.kept.set(key, tally)
      this.#size++
      this.#owed += steps.added
    }
    spend(asked, now)
  }
}

function spend({ take, shelf, tally }: Asked, now: number): void {
  if (take.cost === 0) return
  tally.rule = take.rule
  shelf.algorithm.add(tally, take.rule, take.cost, now)
}

const keptKey = (key: string): string => (key.length <= longestKey ? key : hash('sha256', key, 'base64url'))

/** Begun before all time: every algorithm reads it as unused, and begins it anew with the first unit that it adds. */
function fresh(rule: LimitRule): Kept {
  checkRule(rule)
  return { since: Number.NEGATIVE_INFINITY, used: 0, before: 0, rule }
}

/**
 * Counters in memory, at most `maxKeys` of them (some 250 bytes each, with a key of 100 characters). Entries that are as
 * if unused are swept a few in every take, without timers. Where all places hold counters that still count, new keys are
 * refused: forgetting one would give its caller a fresh limit, and whoever can make many keys could so wash off any.
 */
export function memoryCounters({ maxKeys = defaultMaxKeys }: { maxKeys?: number } = {}): MemoryCounters {
  return new MemoryCounters(maxKeys)
}

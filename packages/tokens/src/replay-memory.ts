/** Remembers what may be used once, as long as it could be used again. */
export interface ReplayMemory {
  /** True the first time. False where it was there before, and where there is no room to remember it: then nobody could tell. */
  isFirst(id: string, until: number, now: number): boolean
}

/** As long as that at the most what is too old is still there. */
const sweepMs = 30_000

/** A memory of this process, for at most `most` ids at a time. Times are milliseconds since the epoch. */
export function replayMemory(most: number): ReplayMemory {
  const known = new Map<string, number>()
  let sweepAt = Number.NEGATIVE_INFINITY
  const sweep = (now: number) => {
    sweepAt = now + sweepMs
    for (const [id, until] of known) if (until <= now) known.delete(id)
  }
  return {
    isFirst(id, until, now) {
      if (now >= sweepAt) sweep(now)
      if (known.has(id) || known.size >= most) return false
      known.set(id, until)
      return true
    },
  }
}

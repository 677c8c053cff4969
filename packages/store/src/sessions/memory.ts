import type { EndedBy, SessionEntry, SessionStore } from '@sallyport/core'

/** Sessions in this process's memory: with it they end. Throws where there would be more than `most`. */
class MemorySessions implements SessionStore {
  readonly #kept = new Map<string, SessionEntry>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  add(entry: SessionEntry): void {
    if (this.#kept.size >= this.#most) throw new Error(`there are ${this.#most} sessions, the most that are kept`)
    this.#kept.set(entry.hash, entry)
  }

  find(hash: string): SessionEntry | undefined {
    return this.#kept.get(hash)
  }

  touch(hash: string, seen: number): void {
    const entry = this.#kept.get(hash)
    if (entry !== undefined && entry.seen < seen) this.#kept.set(hash, { ...entry, seen })
  }

  replace(hash: string, by: SessionEntry): boolean {
    if (!this.#kept.delete(hash)) return false
    this.#kept.set(by.hash, by)
    return true
  }

  remove(hash: string): void {
    this.#kept.delete(hash)
  }

  removeAllOf(user: string): number {
    const theirs = [...this.#kept.values()].filter(entry => entry.user === user)
    for (const { hash } of theirs) this.#kept.delete(hash)
    return theirs.length
  }

  sweep({ begun, seen }: EndedBy): void {
    for (const entry of this.#kept.values())
      if (entry.begun <= begun || entry.seen <= seen) this.#kept.delete(entry.hash)
  }
}

export const memorySessions = (most: number): SessionStore => new MemorySessions(most)

/** What this process holds of counters: the members of their sets, by key. */
export class Held {
  readonly #members = new Map<string, string[]>()

  add(key: string, members: readonly string[]): void {
    const held = this.#members.get(key)
    if (held === undefined) this.#members.set(key, [...members])
    else held.push(...members)
  }

  /** Lets `count` of them go, or as many as there are, and says which. */
  drop(key: string, count: number): readonly string[] {
    const held = this.#members.get(key) ?? []
    const dropped = held.splice(Math.max(0, held.length - count))
    if (held.length === 0) this.#members.delete(key)
    return dropped
  }

  all(): readonly (readonly [key: string, members: readonly string[]])[] {
    return [...this.#members]
  }
}

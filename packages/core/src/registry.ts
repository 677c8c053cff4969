/** Things that are made once and found again by a stable id, so that they outlive what uses them. */
export class Registry<T> {
  readonly #kept = new Map<string, T>()

  get(id: string, make: () => T): T {
    const kept = this.#kept.get(id)
    if (kept !== undefined) return kept
    const made = make()
    this.#kept.set(id, made)
    return made
  }

  /** Forgets what none of these ids names, so that what is no longer used is not kept for ever. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#kept.keys()) if (!ids.has(id)) this.#kept.delete(id)
  }
}

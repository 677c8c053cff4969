const backslash = 0x5c
const letterU = 0x75

/**
 * Which bytes of a JSON text make one escape: what is cut there would leave a backslash behind that takes the quote after it for its
 * own. In other texts it does no harm to read them so.
 */
export class JsonTokens {
  /** Escapes that are complete: where they begin and end, in order. */
  #known: { readonly from: number; readonly to: number }[] = []
  #from = Number.POSITIVE_INFINITY
  /** How many bytes the escape has that is under way, as far as is known. */
  #length = 2

  /** Where the escape began that is under way; Infinity where none is. */
  get open(): number {
    return this.#from
  }

  /** True where the escape that was under way ends with this byte. */
  push(byte: number, at: number): boolean {
    if (this.#from === Number.POSITIVE_INFINITY) {
      if (byte === backslash) this.#from = at
      return false
    }
    if (at === this.#from + 1) this.#length = byte === letterU ? 6 : 2
    if (at + 1 < this.#from + this.#length) return false
    this.#known.push({ from: this.#from, to: at + 1 })
    this.#from = Number.POSITIVE_INFINITY
    return true
  }

  /** Where the escape begins or ends that a place is in the midst of; the place itself where it is in none. */
  around(at: number): { readonly from: number; readonly to: number } {
    if (at > this.#from) return { from: this.#from, to: at }
    for (let i = this.#known.length - 1; i >= 0; i--) {
      const token = this.#known[i]
      if (token === undefined || token.to <= at) break
      if (token.from < at) return token
    }
    return { from: at, to: at }
  }

  /** What ends before this is asked for no more. */
  forget(before: number): void {
    if (this.#known.length === 0) return
    const first = this.#known.findIndex(({ to }) => to > before)
    this.#known = first === -1 ? [] : this.#known.slice(first)
  }
}

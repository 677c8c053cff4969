type Close = (graceMs: number) => unknown

/** What was opened, to be closed the other way round: at the end, or where the next thing cannot be opened. */
export class Opened {
  readonly #closers: Close[] = []

  add(close: Close): void {
    this.#closers.push(close)
  }

  async close(graceMs: number): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close(graceMs)
  }
}

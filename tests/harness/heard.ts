import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** What a process says on one of its streams, kept as it comes. */
export class Heard {
  text = ''
  readonly #stream: Readable
  #waitedFor = 0

  constructor(stream: Readable) {
    this.#stream = stream.setEncoding('utf8').on('data', (said: string) => {
      this.text += said
    })
  }

  /** Waits for these words after all that was waited for before. Throws where the stream ends without them. */
  async said(words: string): Promise<void> {
    let at = this.#find(words)
    while (at === -1) {
      if (this.#stream.readableEnded) throw new Error(`${JSON.stringify(words)} was not said, but: ${this.text}`)
      await Promise.race([once(this.#stream, 'data'), once(this.#stream, 'end')])
      at = this.#find(words)
    }
    this.#waitedFor = at + words.length
  }

  #find(words: string): number {
    return this.text.indexOf(words, this.#waitedFor)
  }
}

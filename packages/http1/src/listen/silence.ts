/** How long a caller may take, in milliseconds. */
export interface Patience {
  /** For the header section. */
  readonly headersMs: number
  /** Between two pieces of a body, until bytes of an answer are taken, and until the next request on the same connection. */
  readonly silenceMs: number
  /** How often both are looked at. */
  readonly checkMs: number
}

/** How long a connection has said nothing, or no end of a head. All times are monotonic milliseconds. */
export class Silence {
  #headSince: number | undefined
  #quietSince: number
  /** Bytes that had moved at the last look. */
  #moved = 0

  /** The first head is awaited from now on. */
  constructor(now: number) {
    this.#quietSince = now
    this.#headSince = now
  }

  /** A head has begun to come, and not ended. */
  headBegan(now: number): void {
    this.#headSince ??= now
  }

  headEnded(): void {
    this.#headSince = undefined
  }

  /** What has lasted too long, where `moved` bytes were read and written so far. Silence is told once, and then begins anew. */
  judge(now: number, moved: number, { headersMs, silenceMs }: Patience): 'head' | 'silence' | undefined {
    if (this.#headSince !== undefined && now - this.#headSince >= headersMs) return 'head'
    const isTooLong = moved === this.#moved && now - this.#quietSince >= silenceMs
    if (moved !== this.#moved || isTooLong) this.#quietSince = now
    this.#moved = moved
    return isTooLong ? 'silence' : undefined
  }
}

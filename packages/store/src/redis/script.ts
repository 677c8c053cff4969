import { hash } from 'node:crypto'
import type { RedisConnection } from './connection.ts'
import { RedisUnavailable } from './unavailable.ts'

/** A Lua script, which Redis runs without anything in between. */
export class RedisScript {
  readonly #text: string
  /** What Redis knows it by. */
  readonly #name: string

  constructor(text: string) {
    this.#text = text
    this.#name = hash('sha1', text)
  }

  /** The command that runs it whether or not the server knows it, which it does afterwards. */
  whole(keys: readonly string[], args: readonly string[]): string[] {
    return ['EVAL', this.#text, String(keys.length), ...keys, ...args]
  }

  /** Runs it by its name, and whole where the server has forgotten it. Rejects with RedisUnavailable. */
  async run(connection: RedisConnection, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    try {
      return await connection.ask(['EVALSHA', this.#name, String(keys.length), ...keys, ...args])
    } catch (error) {
      if (!(error instanceof RedisUnavailable) || error.code !== 'NOSCRIPT') throw error
      return connection.ask(this.whole(keys, args))
    }
  }
}

/** The server can't be asked, or its answer is of no use. `code` where it answered with an error. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable'
  readonly reason: string
  readonly code: string | undefined

  constructor(reason: string, code?: string) {
    super(`Redis: ${reason}`)
    this.reason = reason
    this.code = code
  }
}

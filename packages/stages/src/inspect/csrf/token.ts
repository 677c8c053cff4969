import { createHmac, timingSafeEqual } from 'node:crypto'

/** What is known of a token: since its time is half over it is `stale`, and still good. */
export type Standing = 'good' | 'stale' | 'expired' | 'forged'

export interface CsrfTokens {
  /** A new token for whoever `bearer` names. Times are milliseconds since the epoch. */
  make(bearer: string, now: number): string
  judge(token: string, bearer: string, now: number): Standing
}

/** When it ends, in seconds since the epoch; 128 random bits; HMAC-SHA-256. */
const form = /^(\d{1,12})\.([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$/

/** Whether two texts are alike, in a time that tells nothing of where they differ. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Keys of tokens: `key` makes, and those of `former` verify, too. */
export interface CsrfKeys {
  readonly key: Uint8Array
  readonly former: readonly Uint8Array[]
}

/** Tokens that hold for `lasts` seconds and for one bearer alone. */
export function csrfTokens({ key, former }: CsrfKeys, lasts: number, random128: () => string): CsrfTokens {
  const signed = (bearer: string, ends: string, random: string, by = key) =>
    createHmac('sha256', by)
      .update(JSON.stringify([bearer, ends, random]))
      .digest('base64url')
  return {
    make(bearer, now) {
      const [ends, random] = [String(Math.floor(now / 1000) + lasts), random128()]
      return `${ends}.${random}.${signed(bearer, ends, random)}`
    },
    judge(token, bearer, now) {
      const [, ends, random, signature] = form.exec(token) ?? []
      if (ends === undefined || random === undefined || signature === undefined) return 'forged'
      if (![key, ...former].some(by => isSame(signed(bearer, ends, random, by), signature))) return 'forged'
      const left = Number(ends) - now / 1000
      if (left <= 0) return 'expired'
      return left * 2 > lasts ? 'good' : 'stale'
    },
  }
}

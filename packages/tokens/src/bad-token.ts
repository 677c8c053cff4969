/**
 * What is wrong with a token. `malformed`: it can't be read; `algorithm`, `key`, `signature`: nobody trusted vouches for it;
 * `expired`, `not-yet`, `claim`, `revoked`, `canary`: it is genuine, but not good here and now; `proof`: who brings it hasn't proved to have its key; `unavailable`: its keys were never reached.
 */
export type BadTokenCode =
  | 'malformed'
  | 'algorithm'
  | 'key'
  | 'signature'
  | 'expired'
  | 'not-yet'
  | 'claim'
  | 'revoked'
  | 'canary'
  | 'proof'
  | 'unavailable'

/** A token that is not accepted. `reason` is for the log; it may quote a claim, never the token or a key. */
export class BadToken extends Error {
  override readonly name = 'BadToken'
  readonly code: BadTokenCode
  readonly reason: string

  constructor(code: BadTokenCode, reason: string) {
    super(reason)
    this.code = code
    this.reason = reason
  }
}

/** A value as it may stand in a reason: JSON, cut short, so that a hostile claim can't flood or forge a log. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/*
 * The form of magic tokens (docs/magic-tokens.md). It can't change within a version: only another `v` may.
 */

/** The header's typ, by what a JWS is, so that none passes for another (RFC 8725 section 3.11). */
export const typ = {
  token: 'sallyport-magic+jwt',
  part: 'sallyport-magic-part+jwt',
  seal: 'sallyport-magic-seal+jwt',
} as const

/** What a chain begins with. */
export const chainPrefix = 'smt1_'
export const separator = '~'

/** Characters of a whole token, chain or not: small enough for a header section of 8 KiB. */
export const lengthMax = 6 * 1024
/** How many parts a chain may have, P0 among them: unless an API says otherwise, and at the most. */
export const partsUsual = 4
export const partsMax = 8

/** What `aud` says: an API's name holds no space and an origin none, so that no two pairs give one text. */
export const audienceOf = (api: string, origin: string): string => `${api} ${origin}`

/** The API's name in `aud`. */
export const apiOf = (audience: string): string => audience.split(' ', 1)[0] ?? ''

/** Five years of 365 days: the longest life that may be configured. */
export const longestLifeSeconds = 157_680_000
export const usualLifeSeconds = 30 * 24 * 3600

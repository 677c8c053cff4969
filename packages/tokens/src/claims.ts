import type { Json } from '@sallyport/core'
import { BadToken } from './bad-token.ts'
import { type JsonObject, readObject } from './jws.ts'

/** The claims set of a JWT (RFC 7519 section 4), its registered claims of the right types, frozen throughout. */
export type Claims = JsonObject & {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly jti?: string
  /** NumericDate: seconds since the epoch, fractions allowed. */
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
}

/** No Date reaches further: 275,760 years from now a claim is a mistake or a trick, not a time. */
const latestSecond = 8_640_000_000_000

function isString(value: Json): boolean {
  return typeof value === 'string'
}

function isDate(value: Json): boolean {
  return typeof value === 'number' && Math.abs(value) <= latestSecond
}

function isAudience(value: Json): boolean {
  return isString(value) || (Array.isArray(value) && value.every(isString))
}

const types: readonly (readonly [name: string, test: (value: Json) => boolean, wanted: string])[] = [
  ['iss', isString, 'a string'],
  ['sub', isString, 'a string'],
  ['aud', isAudience, 'a string or an array of strings'],
  ['jti', isString, 'a string'],
  ['exp', isDate, 'a number of seconds'],
  ['nbf', isDate, 'a number of seconds'],
  ['iat', isDate, 'a number of seconds'],
]

function checkTypes(claims: JsonObject): asserts claims is Claims {
  for (const [name, test, wanted] of types) {
    if (!Object.hasOwn(claims, name)) continue
    const value = claims[name]
    if (value === undefined || !test(value)) throw new BadToken('claim', `${name} isn't ${wanted}`)
  }
}

/** Remembered claims are shared by every call that bears the token, so nobody may change them. */
function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null) return
  for (const member of Object.values(value)) freeze(member)
  Object.freeze(value)
}

/** A JWS payload as claims; a BadToken where it isn't a JSON object or a registered claim has another type than RFC 7519's. */
export function readClaims(payload: Buffer): Claims {
  const claims = readObject(payload, 'payload')
  checkTypes(claims)
  freeze(claims)
  return claims
}

/**
 * The claim at a path, member by member: `realm_access.roles`. A leading `/` makes the rest one name, for claims whose name is a
 * URL: `/https://id.example.com/roles`. Inherited names find nothing.
 */
export function claimAt(claims: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = claims
  for (const name of path.startsWith('/') ? [path.slice(1)] : path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined
    value = (value as JsonObject)[name]
  }
  return value
}

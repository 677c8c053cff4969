import { readDuration } from '@sallyport/core'
import { isAddressRange } from '@sallyport/tokens'
import type { Options } from './frame/command.ts'
import { Misuse } from './frame/failure.ts'

/** What the holder of a key or password may be given. */
export const rightsOptions = {
  scopes: { type: 'string', value: 'A,B', help: 'scopes, with commas between' },
  roles: { type: 'string', value: 'A,B', help: 'roles, with commas between' },
} as const satisfies Options

/** RFC 6749 section 3.3; the comma parts scopes here. */
const scopeShape = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,256}$/
const roleShape = /^[^\p{C}\p{Z},][^\p{C},]{0,255}$/u
const keyNameShape = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/
/** RFC 7617 section 2: no colon and no control characters in a user's name. */
const userNameShape = /^[\p{L}\p{N}][^\p{C}\p{Z}:]{0,127}$/u
const host = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\\d{1,5})?'
const refererPattern = new RegExp(`^(?:https?://${host}|(?:\\*\\.)?${host})/\\*$`)

function words(text: string | undefined, shape: RegExp, what: string): string[] {
  if (text === undefined) return []
  const read = text.split(',').map(word => word.trim())
  const bad = read.find(word => !shape.test(word))
  if (bad !== undefined) throw new Misuse(`${JSON.stringify(bad)} is no ${what}`)
  return [...new Set(read)]
}

export const readScopes = (text: string | undefined) => words(text, scopeShape, 'scope')
export const readRoles = (text: string | undefined) => words(text, roleShape, 'role')

/** The one name that a command was given. */
function onlyName(positionals: readonly string[], shape: RegExp, told: string): string {
  const [name, ...others] = positionals
  if (name === undefined || others.length > 0) throw new Misuse('needs one NAME')
  if (!shape.test(name)) throw new Misuse(`${JSON.stringify(name)} is no name: ${told}`)
  return name
}

export const readKeyName = (positionals: readonly string[]) =>
  onlyName(positionals, keyNameShape, 'letters, digits and . _ @ -, at most 64, a letter or digit first')

export const readUserName = (positionals: readonly string[]) =>
  onlyName(positionals, userNameShape, 'no white space and no colon, at most 128, a letter or digit first')

export function readApplication(text: string): string {
  if (keyNameShape.test(text)) return text
  throw new Misuse(`${JSON.stringify(text)} is no application: letters, digits and . _ @ -, at most 64`)
}

export function readRanges(texts: readonly string[]): readonly string[] {
  const bad = texts.find(text => !isAddressRange(text))
  if (bad === undefined) return texts
  throw new Misuse(`${JSON.stringify(bad)} is no address or range such as 192.0.2.7 or 10.0.0.0/8`)
}

export function readReferers(texts: readonly string[]): readonly string[] {
  const bad = texts.find(text => !refererPattern.test(text) && !(/^https?:[^*]+$/.test(text) && URL.canParse(text)))
  if (bad === undefined) return texts
  throw new Misuse(
    `${JSON.stringify(bad)} is no referer such as https://shop.example.com/*, *.example.com/* or a whole URL`,
  )
}

const timeShape = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** A time: RFC 3339, or a date for its first moment in UTC. Milliseconds since the epoch. */
export function readTime(text: string): number {
  const at = timeShape.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new Misuse(`${JSON.stringify(text)} is no time such as 2027-01-31T09:00:00Z`)
  return at
}

/** When something expires: a time, or so long from `now`. RFC 3339 in UTC. */
export function readExpiry(text: string, now: number): string {
  const duration = readDuration(text)
  const at = duration === undefined ? readTime(text) : now + duration
  if (at <= now) throw new Misuse(`${JSON.stringify(text)} is over already`)
  if (at > Date.UTC(9999, 0)) throw new Misuse(`${JSON.stringify(text)} is too far away`)
  return new Date(at).toISOString()
}

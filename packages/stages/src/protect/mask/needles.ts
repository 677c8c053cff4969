import type { UpstreamCredential } from '@sallyport/core'
import { beginnings } from './glance.ts'

/** One text that is looked for, and how far a search that fails at each place may keep what it has (Knuth, Morris, Pratt). */
export interface Needle {
  readonly bytes: Uint8Array
  readonly back: Uint16Array
}

/** What of a credential is looked for in answers. */
export interface Needles {
  readonly all: readonly Needle[]
  /** Bytes of the longest. */
  readonly longest: number
  /** 1 for every byte that may begin a needle. */
  readonly firsts: Uint8Array
  /** 1 for every byte that may begin a needle or an escape: all others are passed over. */
  readonly stops: Uint8Array
  /** Matches what has the beginning of one, or an escape. */
  readonly begin: RegExp
  /** What stands in its place. */
  readonly mask: Uint8Array
}

/** Shorter ones stand in texts by chance, and masking those would tell them by what is missing. */
export const leastMasked = 16

const [plus, slash, minus, underscore] = Buffer.from('+/-_')

/** base64url and Base64 as one alphabet (RFC 4648 section 5): a text is looked for in both at once. */
export const folded = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === minus ? (plus ?? byte) : byte === underscore ? (slash ?? byte) : byte,
)

function needleOf(text: Uint8Array): Needle {
  const bytes = text.map(byte => folded[byte] ?? byte)
  const back = new Uint16Array(bytes.length)
  let kept = 0
  for (let i = 1; i < bytes.length; i++) {
    while (kept > 0 && bytes[kept] !== bytes[i]) kept = back[kept - 1] ?? 0
    if (bytes[kept] === bytes[i]) kept++
    back[i] = kept
  }
  return { bytes, back }
}

/** Characters of Base64 that hold nothing but bits of the secret, where so many bytes stand before it in a group of three. */
function base64At(secret: Uint8Array, before: number): Uint8Array {
  const text = Buffer.concat([new Uint8Array(before), secret]).toString('base64url')
  return Buffer.from(text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + secret.length) * 8) / 6)))
}

/** Servers that read fields as latin1 and answer in UTF-8 repeat what isn't ASCII like this. */
const misread = (secret: Buffer) => Buffer.from(secret.toString('latin1'), 'utf8')

function formsOf(text: string): Uint8Array[] {
  const secret = Buffer.from(text, 'utf8')
  if (secret.length < leastMasked) return []
  const readings = secret.length === text.length ? [secret] : [secret, misread(secret)]
  return readings.flatMap(bytes => [bytes, ...[0, 1, 2].map(before => base64At(bytes, before))])
}

/** A table of bytes, 1 for each of these and for those that are looked for as the same. */
function tableOf(listed: Iterable<number | undefined>): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of listed) if (byte !== undefined) table[byte] = 1
  for (const [one, other] of [
    [plus, minus],
    [slash, underscore],
  ] as const)
    if (one !== undefined && other !== undefined) table[other] = table[one] ?? 0
  return table
}

/** What of a credential must not be seen: no scheme and no name, for those are known. */
function secretsOf(credential: UpstreamCredential): readonly string[] {
  switch (credential.kind) {
    case 'header':
    case 'query':
      return [credential.value.reveal()]
    case 'bearer':
      return [credential.token.reveal()]
    case 'basic': {
      const password = credential.password.reveal()
      // Known by the password alone where that is long enough; a short one is found beside its user.
      return [password, `${credential.username}:${password}`]
    }
    default:
      credential satisfies never
      throw new TypeError('an upstream credential of unknown kind')
  }
}

/** A digit stands for each digit, so that a number stays one in JSON; anything else stands in a text there. */
function maskFor(secrets: readonly string[]): Uint8Array {
  const digits = secrets.find(secret => /^\d+$/.test(secret))
  return Buffer.from(digits === undefined ? '[secret]' : '9'.repeat(digits.length))
}

/** What to look for; undefined where it is too short to be masked. */
export function needlesOf(credential: UpstreamCredential): Needles | undefined {
  const secrets = secretsOf(credential)
  const all = secrets.flatMap(formsOf).map(needleOf)
  if (all.length === 0) return undefined
  const firsts = tableOf(all.map(({ bytes }) => bytes[0]))
  const stops = firsts.slice()
  for (const sign of [0x5c, 0x25]) stops[sign] = 1
  const texts = all.map(({ bytes }) => bytes)
  const longest = Math.max(...texts.map(({ length }) => length))
  return { all, longest, firsts, stops, begin: beginnings(texts), mask: maskFor(secrets) }
}

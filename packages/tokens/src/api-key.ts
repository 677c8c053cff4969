import { hash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Secret } from '@sallyport/core'

/** A new key: `key` is shown once, `id` names it ever after, `hash` is all that is kept. */
export interface NewApiKey {
  readonly id: string
  readonly key: Secret
  readonly hash: string
}

/** That many random bytes. */
export type RandomBytes = (count: number) => Uint8Array

/*
 * sp_ + 8 letters of id + _ + 43 letters of secret (256 bits) + 6 letters of CRC-32 over all before it. The prefix lets scanners
 * find leaked keys, the checksum lets them and us tell a key from a look-alike without asking anybody.
 */
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idLength = 8
const secretLength = 43
const checksumLength = 6
const shape = new RegExp(`^sp_([0-9A-Za-z]{${idLength}})_[0-9A-Za-z]{${secretLength + checksumLength}}$`)
const hashShape = /^sha256:([A-Za-z0-9_-]{43})$/

/** The lowest digits of a number in base 62, filled up with zeros. */
function base62(number: bigint, length: number): string {
  let text = ''
  for (let rest = number; text.length < length; rest /= 62n) text = (letters[Number(rest % 62n)] ?? '') + text
  return text
}

function randomNumber(random: RandomBytes, count: number): bigint {
  return BigInt(`0x${Buffer.from(random(count)).toString('hex')}`)
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), checksumLength)
}

/** What is kept of a key: `sha256:` and the base64url digest of its whole text. Enough for keys of 256 bits, not for passwords. */
export function hashKey(text: string): string {
  return `sha256:${hash('sha256', text, 'base64url')}`
}

/** Makes an API key out of 40 random bytes. */
export function newApiKey(random: RandomBytes): NewApiKey {
  const id = base62(randomNumber(random, 8), idLength)
  const body = `sp_${id}_${base62(randomNumber(random, 32), secretLength)}`
  const text = body + checksum(body)
  return { id, key: new Secret(text), hash: hashKey(text) }
}

/** The id that a key of ours bears; `malformed` where the text can't be one: another shape, or the checksum is wrong. */
export function readApiKey(text: string): { readonly id: string } | 'malformed' {
  const id = shape.exec(text)?.[1]
  const isSound = id !== undefined && checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength)
  return isSound ? { id } : 'malformed'
}

/** Whether a text is the key of this hash, compared in constant time. A hash of another form matches nothing. */
export function matchesKeyHash(text: string, kept: string): boolean {
  const digest = hashShape.exec(kept)?.[1]
  if (digest === undefined) return false
  return timingSafeEqual(Buffer.from(hashKey(text).slice('sha256:'.length)), Buffer.from(digest))
}

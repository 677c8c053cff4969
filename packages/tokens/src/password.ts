import crypto, { type Argon2Parameters, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Secret } from '@sallyport/core'
import type { RandomBytes } from './api-key.ts'

/** Not all that speaks like Node has it: Cloudflare's Workers don't. */
const argon2: typeof crypto.argon2 | undefined = crypto.argon2
const derive = argon2 === undefined ? undefined : promisify(argon2)

/** Throws TypeError, which says what needs it, where passwords can't be hashed. */
export function requireArgon2(what: string): NonNullable<typeof derive> {
  if (derive === undefined) throw new TypeError(`${what}: needs argon2, which this runtime does not have`)
  return derive
}

/** What one hash costs (RFC 9106): `memory` in KiB, `passes` over it, `lanes` side by side. */
export interface HashCost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

/** A password hash as it was read from its PHC string. */
export interface PasswordHash extends HashCost {
  readonly salt: Buffer
  readonly tag: Buffer
}

/** The least that OWASP's Password Storage Cheat Sheet recommends for argon2id. */
const usualCost: HashCost = { memory: 19_456, passes: 2, lanes: 1 }
const saltBytes = 16
const tagBytes = 32

/** A file of users may not make one login take gigabytes or minutes. */
const bounds = {
  memory: { least: 1024, most: 262_144 },
  passes: { least: 1, most: 16 },
  lanes: { least: 1, most: 8 },
  salt: { least: 8, most: 64 },
  tag: { least: 16, most: 64 },
} as const

const phc =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]{1,128})\$([A-Za-z0-9+/]{1,128})$/

function isWithin(value: number, { least, most }: { readonly least: number; readonly most: number }): boolean {
  return value >= least && value <= most
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}

function write(hash: PasswordHash): string {
  const cost = `m=${hash.memory},t=${hash.passes},p=${hash.lanes}`
  return `$argon2id$v=19$${cost}$${toBase64(hash.salt)}$${toBase64(hash.tag)}`
}

/** A PHC string of argon2id, version 19; `malformed` for anything else, and for costs beyond what one login may take. */
export function readPasswordHash(text: string): PasswordHash | 'malformed' {
  const [, memory, passes, lanes, salt = '', tag = ''] = phc.exec(text) ?? []
  const hash = {
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
  const isBounded =
    isWithin(hash.memory, bounds.memory) &&
    isWithin(hash.passes, bounds.passes) &&
    isWithin(hash.lanes, bounds.lanes) &&
    isWithin(hash.salt.length, bounds.salt) &&
    isWithin(hash.tag.length, bounds.tag)
  return isBounded && write(hash) === text ? hash : 'malformed'
}

/** Passwords are compared in Unicode's composed form, so that it doesn't matter which keyboard typed them (RFC 8265 section 4). */
function parameters(password: Secret, hash: PasswordHash): Argon2Parameters {
  return {
    message: password.reveal().normalize('NFC'),
    nonce: hash.salt,
    parallelism: hash.lanes,
    tagLength: hash.tag.length,
    memory: hash.memory,
    passes: hash.passes,
  }
}

/** The PHC string to keep for a password: argon2id with a new salt. */
export async function hashPassword(password: Secret, random: RandomBytes): Promise<string> {
  const blank = { ...usualCost, salt: Buffer.from(random(saltBytes)), tag: Buffer.alloc(tagBytes) }
  return write({ ...blank, tag: await requireArgon2('hashPassword')('argon2id', parameters(password, blank)) })
}

/** Whether this is the password of that PHC string; a string that can't be read has none. */
export async function verifyPassword(kept: string, password: Secret): Promise<boolean> {
  const hash = readPasswordHash(kept)
  if (hash === 'malformed') return false
  return timingSafeEqual(await requireArgon2('verifyPassword')('argon2id', parameters(password, hash)), hash.tag)
}

/**
 * A PHC string that no password fits and that costs as much as `like` to verify, for names that nobody has: so the time of a
 * refusal doesn't tell which names exist.
 */
export function dummyHash(like?: string): string {
  const cost = like === undefined ? 'malformed' : readPasswordHash(like)
  const { memory, passes, lanes } = cost === 'malformed' ? usualCost : cost
  return write({ memory, passes, lanes, salt: Buffer.alloc(saltBytes), tag: Buffer.alloc(tagBytes) })
}

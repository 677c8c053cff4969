import { type Json, readJsonBytes } from '@sallyport/core'
import { BadToken } from './bad-token.ts'
import { fromBase64url } from './base64url.ts'
import { isSignature } from './signature.ts'
import type { VerificationKey } from './verification-key.ts'

export type JsonObject = { readonly [member: string]: Json }

/** A JWS in compact serialization (RFC 7515 section 7.1), read and not yet verified. */
export interface ParsedJws {
  readonly header: JsonObject
  readonly alg: string
  readonly kid: string | undefined
  readonly typ: string | undefined
  readonly payload: Buffer
  /** The first two parts with their dot: what the signature is over. */
  readonly signed: string
  readonly signature: Buffer
}

const maximumLength = 16 * 1024

/** The JSON object in these bytes; a BadToken for anything else. `part` names them in the reason. */
export function readObject(bytes: Buffer, part: 'header' | 'payload'): JsonObject {
  let value: Json
  try {
    value = readJsonBytes(bytes)
  } catch {
    throw new BadToken('malformed', `the ${part} isn't strict JSON in UTF-8`)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new BadToken('malformed', `the ${part} isn't a JSON object`)
  }
  return value as JsonObject
}

function decode(text: string, part: string): Buffer {
  const bytes = fromBase64url(text)
  if (bytes === undefined) throw new BadToken('malformed', `the ${part} isn't canonical base64url`)
  return bytes
}

function optionalString(header: JsonObject, name: string): string | undefined {
  if (!Object.hasOwn(header, name)) return undefined
  const value = header[name]
  if (typeof value !== 'string') throw new BadToken('malformed', `header ${name} isn't a string`)
  return value
}

/**
 * Reads a compact JWS of at most `longest` characters; a BadToken `malformed` otherwise. No extension is understood, so any
 * `crit` refuses (RFC 7515 section 4.1.11), and so does `b64` (RFC 7797). Keys that a header offers or points to (jwk, jku,
 * x5c, x5u) are never looked at.
 */
export function parseJws(token: string, longest = maximumLength): ParsedJws {
  if (token.length > longest) throw new BadToken('malformed', `longer than ${longest} characters`)
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 1 || second === -1 || token.includes('.', second + 1)) {
    throw new BadToken('malformed', "it doesn't have the three parts of a compact JWS")
  }
  const header = readObject(decode(token.slice(0, first), 'header'), 'header')
  for (const extension of ['crit', 'b64']) {
    if (Object.hasOwn(header, extension)) throw new BadToken('malformed', `header ${extension} isn't supported`)
  }
  const alg = optionalString(header, 'alg')
  if (alg === undefined) throw new BadToken('malformed', 'header alg is missing')
  return {
    header,
    alg,
    kid: optionalString(header, 'kid'),
    typ: optionalString(header, 'typ'),
    payload: decode(token.slice(first + 1, second), 'payload'),
    signed: token.slice(0, second),
    signature: decode(token.slice(second + 1), 'signature'),
  }
}

/** Whether this key made this signature by the algorithm that the header names. A key that isn't for it never did. */
export const verifySignature = (jws: ParsedJws, key: VerificationKey): boolean =>
  isSignature(jws.signature, Buffer.from(jws.signed, 'latin1'), jws.alg, key)

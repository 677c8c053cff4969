import { hash } from 'node:crypto'
import { type Json, Problem, readTarget } from '@sallyport/core'
import { z } from 'zod'
import { findAlgorithm } from './algorithms.ts'
import { BadToken, quoted } from './bad-token.ts'
import { isPrivateJwk, readJwk } from './jwk.ts'
import { type JsonObject, type ParsedJws, parseJws, readObject, verifySignature } from './jws.ts'
import { thumbprint } from './signing-key.ts'
import { BadKey, type VerificationKey } from './verification-key.ts'

/** What a proof must be for. */
export interface ProvedCall {
  readonly method: string
  /** As its caller sees it: scheme, host and normalised path, without query. */
  readonly url: string
  /** The access token that it comes with. */
  readonly token: string
  /** The thumbprint of the key that the token is bound to (RFC 7638). */
  readonly jkt: string
}

/** What is known of a good proof. */
export interface Proof {
  /** Stands for the proof's jti and key, which nobody may use together twice: a digest, so that it takes little room. */
  readonly id: string
  /** From when on the proof is too old: milliseconds since the epoch. */
  readonly until: number
}

/** How far a proof's `iat` may lie from now, to either side: clocks differ, and a proof is made for one call. */
const windowSeconds = 60
const lengthMax = 4096

const claims = z.looseObject({
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string(),
})

const bad = (reason: string) => new BadToken('proof', `the DPoP proof ${reason}`)

function keyIn(header: JsonObject): VerificationKey {
  const { jwk } = header
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw bad('names no key')
  const read: { readonly [member: string]: Json } = jwk
  if (isPrivateJwk(read)) throw bad('shows a private key')
  try {
    return readJwk(read, 'none')
  } catch (error) {
    throw error instanceof BadKey ? bad(`names ${error.message}`) : error
  }
}

function parsed(text: string): ParsedJws {
  try {
    return parseJws(text, lengthMax)
  } catch (error) {
    throw error instanceof BadToken ? bad(`cannot be read: ${error.reason}`) : error
  }
}

/** The thumbprint of the key that made it. Any key may: whose it is isn't judged here. */
function signer(jws: ParsedJws): string {
  if (jws.typ !== 'dpop+jwt') throw bad(`has typ ${quoted(jws.typ)}, not dpop+jwt`)
  if (findAlgorithm(jws.alg)?.keyType === 'oct') throw bad('is by a symmetrical algorithm')
  const key = keyIn(jws.header)
  if (!verifySignature(jws, key)) throw bad('has a wrong signature')
  return thumbprint(key.key)
}

function claimsIn({ payload }: ParsedJws): z.output<typeof claims> {
  try {
    return claims.parse(readObject(payload, 'payload'))
  } catch (error) {
    throw error instanceof BadToken || error instanceof z.ZodError ? bad('lacks jti, htm, htu, iat or ath') : error
  }
}

/** Query and fragment don't count (RFC 9449 section 4.3); the path is normalised as that of the call was. */
function plainUrl(htu: string): string | undefined {
  const url = URL.parse(htu)
  if (url === null) return undefined
  try {
    return url.origin + readTarget(url.pathname).path
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/**
 * Whether whoever makes a call has the key that their token is bound to (RFC 9449 section 4.3). Throws BadToken `proof`. That no proof
 * is used twice is for the caller to see to. `now` is milliseconds since the epoch.
 */
export function verifyProof(text: string, call: ProvedCall, now: number): Proof {
  const jws = parsed(text)
  const jkt = signer(jws)
  if (jkt !== call.jkt) throw bad("isn't by the key that the token is bound to")
  const { jti, htm, htu, iat, ath } = claimsIn(jws)
  if (htm !== call.method) throw bad(`is for ${quoted(htm)}, not ${call.method}`)
  if (plainUrl(htu) !== plainUrl(call.url)) throw bad(`is for ${quoted(htu)}, not ${call.url}`)
  if (Math.abs(now - iat * 1000) > windowSeconds * 1000) throw bad(`was made at ${iat}, too far from now`)
  if (ath !== hash('sha256', call.token, 'base64url')) throw bad('is for another token')
  return { id: hash('sha256', `${jkt} ${jti}`, 'base64url'), until: (iat + windowSeconds) * 1000 + 1 }
}

import type { Json } from '@sallyport/core'
import { BadToken } from '../bad-token.ts'
import { parseJws, readObject } from '../jws.ts'
import { partId, splitToken } from './chain.ts'
import { chainPrefix, lengthMax, typ } from './form.ts'

/** One part as it says of itself. */
export interface DescribedPart {
  readonly id: string
  readonly kid: string | undefined
  /** Its claims, but for the sealed credential. */
  readonly claims: { readonly [member: string]: Json }
}

/** What a token says of itself, by nobody verified: for people who hold one. */
export interface DescribedToken {
  readonly form: 'plain' | 'chain'
  /** What may be done with it further. */
  readonly end: 'plain' | 'can be narrowed' | 'sealed' | 'bound to a key'
  readonly parts: readonly DescribedPart[]
}

function describePart(text: string): DescribedPart {
  const jws = parseJws(text, lengthMax)
  const { token: _, ...claims } = readObject(jws.payload, 'payload')
  return { id: partId(text), kid: jws.kid, claims }
}

const ends = { key: 'can be narrowed', seal: 'sealed', dpop: 'bound to a key' } as const

/** Throws BadToken for what isn't a magic token. */
export function describeMagicToken(token: string): DescribedToken {
  if (!isMagicToken(token)) throw new BadToken('malformed', 'it is no magic token')
  const { root, parts, tail } = splitToken(token)
  return {
    form: tail === undefined ? 'plain' : 'chain',
    end: tail === undefined ? 'plain' : ends[tail.kind],
    parts: [root, ...parts].map(describePart),
  }
}

/** Whether a credential is one of ours by its looks: a chain, or a JWS whose header says so. Says nothing of its being good. */
export function isMagicToken(credential: string): boolean {
  if (credential.startsWith(chainPrefix)) return true
  if (credential.length > lengthMax) return false
  try {
    return parseJws(credential, lengthMax).typ === typ.token
  } catch (error) {
    if (error instanceof BadToken) return false
    throw error
  }
}

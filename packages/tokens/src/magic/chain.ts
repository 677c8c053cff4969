import { hash } from 'node:crypto'
import { BadToken } from '../bad-token.ts'
import { chainPrefix, lengthMax, partsMax, separator } from './form.ts'

/** What a chain ends with. */
export type Tail =
  | { readonly kind: 'key'; readonly scalar: string }
  | { readonly kind: 'seal'; readonly jws: string }
  /** Whoever calls proves each time that they have the last key (RFC 9449). */
  | { readonly kind: 'dpop' }

/** A magic token taken apart, nothing of it read yet. */
export interface Split {
  /** P0 and what narrows it: compact JWS. */
  readonly root: string
  readonly parts: readonly string[]
  /** Undefined where the token is a plain one. */
  readonly tail: Tail | undefined
}

const malformed = (reason: string) => new BadToken('malformed', reason)

function readTail(text: string): Tail {
  if (text.startsWith('k')) return { kind: 'key', scalar: text.slice(1) }
  if (text.startsWith('s')) return { kind: 'seal', jws: text.slice(1) }
  if (text === 'dpop') return { kind: 'dpop' }
  throw malformed("the chain's tail is neither a key nor a seal, nor does it ask for a proof")
}

/** Takes a token apart. What is too long or has too many parts is a BadToken before anything of it is read. */
export function splitToken(token: string, most = partsMax): Split {
  if (token.length > lengthMax) throw malformed(`longer than ${lengthMax} characters`)
  if (!token.startsWith(chainPrefix)) return { root: token, parts: [], tail: undefined }
  const pieces = token.slice(chainPrefix.length).split(separator)
  const tail = pieces.pop() ?? ''
  const [root, ...parts] = pieces
  if (root === undefined) throw malformed('a chain without its tail')
  if (pieces.length > most) throw malformed(`a chain of more than ${most} parts`)
  return { root, parts, tail: readTail(tail) }
}

/** What the next part names a part by: its whole text. */
export const linkOf = (part: string): string => hash('sha256', part, 'base64url')

/**
 * What a part is known by, for revocation and counting: its header and payload. An ECDSA signature can be altered into another good
 * one by anybody, so it must not be part of the name.
 */
export const partId = (part: string): string => hash('sha256', part.slice(0, part.lastIndexOf('.')), 'base64url')

/**
 * What a bound token is known by beside its parts. Anybody can write `dpop` behind any part, and no proof is asked of who ends a token: so
 * that ends the token as it is bound, not the part, which a wider token may have for its last.
 */
export const boundId = (part: string): string => `${part}${separator}dpop`

function tailText(tail: Tail): string {
  switch (tail.kind) {
    case 'key':
      return `k${tail.scalar}`
    case 'seal':
      return `s${tail.jws}`
    case 'dpop':
      return 'dpop'
    default:
      tail satisfies never
      throw new TypeError('a tail of unknown kind')
  }
}

export function joinToken({ root, parts, tail }: Split): string {
  return tail === undefined ? root : chainPrefix + [root, ...parts, tailText(tail)].join(separator)
}

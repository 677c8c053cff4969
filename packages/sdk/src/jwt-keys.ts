import { hash } from 'node:crypto'
import type { Secret } from '@sallyport/core'
import { type KeysAt, safeUrl } from '@sallyport/stages'
import { fixedKeys, keySet, publicKeyAlgorithms, readJwks, readPem, secretKey } from '@sallyport/tokens'
import { goodKey } from './good-key.ts'

/** What verifies tokens, and by which algorithms. */
export interface TrustedKeys {
  readonly keys: KeysAt
  readonly algorithms: readonly string[]
}

/** Where keys are fetched from. Throws TypeError where somebody on the way could change them. */
function place(option: string, url: string): string {
  const read = safeUrl.safeParse(url)
  if (!read.success) throw new TypeError(`${option}: ${read.error.issues[0]?.message}`)
  return read.data
}

const idOf = (text: string) => hash('sha256', text, 'base64url')

export const underSecret = (secret: Secret, algorithm: string): TrustedKeys => ({
  keys: {
    source: goodKey('jwt.secret', () => fixedKeys(keySet([secretKey(secret, algorithm)]))),
    id: idOf(`${algorithm} ${secret.reveal()}`),
  },
  algorithms: [algorithm],
})

/** The public keys of an issuer: those that are given, those at a URL, or those that its discovery names. */
export interface PublicKeysOptions {
  readonly jwks?: string | object | undefined
  readonly pem?: string | undefined
  readonly issuer: string
  readonly algorithms?: readonly string[] | undefined
}

function keysOf({ jwks, pem, issuer }: PublicKeysOptions): KeysAt {
  if (pem !== undefined) return { source: goodKey('jwt.pem', () => fixedKeys(readPem(pem))), id: idOf(pem) }
  if (typeof jwks === 'string') return { jwksUrl: place('jwt.jwks', jwks) }
  if (jwks === undefined) return { discovery: place('jwt.issuer', issuer) }
  const text = JSON.stringify(jwks)
  return { source: goodKey('jwt.jwks', () => fixedKeys(readJwks(text))), id: idOf(text) }
}

export function published(options: PublicKeysOptions): TrustedKeys {
  const { algorithms = publicKeyAlgorithms } = options
  const wrong = algorithms.find(name => !publicKeyAlgorithms.includes(name))
  if (wrong !== undefined)
    throw new TypeError(`jwt.algorithms: ${JSON.stringify(wrong)} is none of ${publicKeyAlgorithms.join(', ')}`)
  if (algorithms.length === 0) throw new TypeError('jwt.algorithms: needs one or more')
  return { keys: keysOf(options), algorithms }
}

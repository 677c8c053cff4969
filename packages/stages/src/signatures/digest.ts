import { hash } from 'node:crypto'
import { BadSignature, bytesAt, dictionaryOf } from './dictionary.ts'

/** The algorithms of RFC 9530 section 5 that are no longer broken; what is said by others proves nothing. */
const hashes: ReadonlyMap<string, string> = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
])

export const digestAlgorithms = ['sha-256', 'sha-512'] as const
export type DigestAlgorithm = (typeof digestAlgorithms)[number]

const digestOf = (bytes: Uint8Array, algorithm: string) => hash(hashes.get(algorithm) ?? '', bytes, 'buffer')

/** The value of Content-Digest for content as it is sent, its coding included (RFC 9530 section 2). */
export const contentDigest = (content: Uint8Array, algorithms: readonly DigestAlgorithm[]): string =>
  algorithms.map(name => `${name}=:${digestOf(content, name).toString('base64')}:`).join(', ')

/**
 * Checks the lines of Content-Digest: every digest by an algorithm that is known must be the content's, and there must be one. Throws
 * BadSignature.
 */
export function requireDigest(lines: readonly string[], content: Uint8Array): void {
  const digests = dictionaryOf('Content-Digest', lines)
  const known = digestAlgorithms.filter(name => digests.has(name))
  if (known.length === 0) throw new BadSignature('Content-Digest names neither sha-256 nor sha-512')
  for (const name of known) {
    const sent = bytesAt(digests, name)
    if (sent?.equals(digestOf(content, name)) !== true) throw new BadSignature(`${name} is not the content's`)
  }
}

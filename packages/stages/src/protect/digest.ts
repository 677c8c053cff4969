import type { Guard, HeaderPairs, Leaving } from '@sallyport/core'
import { z } from 'zod'
import { bytesOf } from '../bodies/bytes-of.ts'
import { askWhole, isBodiless } from '../bodies/whole-answer.ts'
import { replaced } from '../header-edit.ts'
import { guardKind } from '../kind.ts'
import { contentDigest, type DigestAlgorithm, digestAlgorithms } from '../signatures/digest.ts'
import { whole } from './whole.ts'

const digestNames: ReadonlySet<string> = new Set(['content-digest', 'repr-digest', 'digest', 'content-md5'])

/** The body of what leaves; undefined where it has none. Throws TypeError where it streams. */
export function leavingBody({ method, status, body }: Omit<Leaving, 'headers'>): Uint8Array | undefined {
  if (isBodiless(method, status)) return undefined
  if (body === undefined) throw new TypeError('an answer that streams has no digest')
  return bytesOf(body)
}

/** The fields with a Content-Digest that is true of this body. */
export function digested(
  headers: HeaderPairs,
  body: Uint8Array | undefined,
  algorithms: readonly DigestAlgorithm[],
): HeaderPairs {
  return replaced(headers, digestNames, body === undefined ? [] : ['Content-Digest', contentDigest(body, algorithms)])
}

const algorithm = z.enum(digestAlgorithms)

/** What leaves bears a Content-Digest (RFC 9530), refusals too. Answers are read whole for it, and go without a coding. */
export const digest = guardKind({
  kind: 'digest',
  settings: z.union([algorithm.transform(one => [one]), z.array(algorithm).min(1)]),
  label: algorithms => `Content-Digest by ${algorithms.join(' and ')}`,
  create: (algorithms): Guard => ({
    prepare: askWhole,
    reply: whole,
    leave: (headers, leaving) => digested(headers, leavingBody(leaving), algorithms),
  }),
})

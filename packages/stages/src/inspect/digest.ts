import { type Guard, Problem, type Site, type View } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'
import { BadSignature } from '../signatures/dictionary.ts'
import { requireDigest } from '../signatures/digest.ts'

const want = ['Want-Content-Digest', 'sha-512=3, sha-256=5'] as const

async function requireSent(view: View, site: Site): Promise<void> {
  const body = (await site.sent?.(view)) ?? new Uint8Array(0)
  const lines = view.call.headers.all('content-digest')
  if (body.length === 0 && lines.length === 0) return
  try {
    requireDigest(lines, body)
  } catch (error) {
    if (!(error instanceof BadSignature)) throw error
    const detail = 'The body needs a Content-Digest of RFC 9530 that is true of it as it is sent.'
    throw new Problem('signature-bad', { detail, headers: [want] }, error.message)
  }
}

/** A body comes with a Content-Digest (RFC 9530) that is true of it. */
export const digest = guardKind({
  kind: 'digest',
  settings: z.literal(true),
  label: () => 'Content-Digest',
  create: (): Guard => ({ needs: ['sent'], check: requireSent }),
})

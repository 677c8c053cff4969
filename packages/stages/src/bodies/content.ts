import { type Call, type Content, Problem } from '@sallyport/core'
import { CodingError, codingsIn, decoderFor } from './codings.ts'
import type { HeldBodies } from './held-bodies.ts'

/** How much of a body may be read, and where it is counted. */
export interface Reading {
  readonly maxBody: number
  readonly held: HeldBodies
}

function refusalOf(error: unknown, maxBody: number): unknown {
  if (!(error instanceof CodingError)) return error
  const { why, message } = error
  if (why === 'unknown')
    return new Problem(
      'media-unsupported',
      { detail: 'gzip, deflate and br are the codings that are read here' },
      message,
    )
  if (why === 'broken') return new Problem('body-malformed', {}, message)
  return new Problem('body-too-large', { detail: `at most ${maxBody} bytes` }, message)
}

/**
 * The body of a call, read once and without its coding; it goes on as it came. Undefined where there is none. Throws Problem
 * `media-unsupported`, `body-malformed`, `body-too-large` or `overloaded`.
 */
export async function readContent(
  { id, headers, body }: Pick<Call, 'id' | 'headers' | 'body'>,
  { maxBody, held }: Reading,
): Promise<Content | undefined> {
  if (body.length === 0) return undefined
  try {
    const decode = decoderFor(codingsIn(headers.all('content-encoding')))
    const sent = await body.read(maxBody, bytes => held.add(id, bytes))
    if (sent.length === 0) return undefined
    const bytes = await decode(sent, maxBody)
    if (bytes !== sent) held.add(id, bytes.length)
    return { type: headers.get('content-type') ?? '', bytes }
  } catch (error) {
    throw refusalOf(error, maxBody)
  }
}

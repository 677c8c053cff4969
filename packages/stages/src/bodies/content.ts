import { after, attempt, type Call, type Content, Problem } from '@sallyport/core'
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
export function readContent(
  { id, headers, body }: Pick<Call, 'id' | 'headers' | 'body'>,
  { maxBody, held }: Reading,
): Content | undefined | Promise<Content | undefined> {
  if (body.length === 0) return undefined
  const refuse = (error: unknown): never => {
    throw refusalOf(error, maxBody)
  }
  return attempt<Content | undefined>(() => {
    const decode = decoderFor(codingsIn(headers.all('content-encoding')))
    return after(
      body.read(maxBody, bytes => held.add(id, bytes)),
      sent => {
        if (sent.length === 0) return undefined
        return after(decode(sent, maxBody), bytes => {
          if (bytes !== sent) held.add(id, bytes.length)
          return { type: headers.get('content-type') ?? '', bytes }
        })
      },
    )
  }, refuse)
}

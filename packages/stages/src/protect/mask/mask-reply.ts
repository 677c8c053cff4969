import { HeaderList, type HeaderPairs, Problem, type Reply } from '@sallyport/core'
import { maskedBody } from './masked-body.ts'
import { maskWhole } from './masker.ts'
import { leastMasked, type Needles } from './needles.ts'

/** What is true of a body as it was before it was masked, or of parts of it (RFC 9110 section 14, RFC 9530, RFC 1864). */
const ofTheBody: ReadonlySet<string> = new Set([
  'accept-ranges',
  'content-digest',
  'content-length',
  'content-md5',
  'digest',
  'repr-digest',
])

/** A strong validator promises every byte (RFC 9110 section 8.8.1); a weak one still holds. */
const isStrong = (name: string, value: string) => name === 'etag' && !value.startsWith('W/')

/** Field values are bytes, each one a latin1 character. */
function maskField(value: string, needles: Needles): string {
  if (value.length < leastMasked) return value
  return Buffer.from(maskWhole(Buffer.from(value, 'latin1'), needles)).toString('latin1')
}

function maskFields(headers: HeaderPairs, needles: Needles): string[] {
  const { names } = new HeaderList(headers)
  const left: string[] = []
  for (const [i, name] of names.entries()) {
    const written = headers[i * 2] ?? ''
    const value = headers[i * 2 + 1] ?? ''
    if (ofTheBody.has(name) || isStrong(name, value)) continue
    // A name can't hold a mask.
    if (maskField(written, needles) === written) left.push(written, maskField(value, needles))
  }
  return left
}

function codingsOf(headers: HeaderPairs): string[] {
  const values = new HeaderList(headers).all('content-encoding').join(',')
  return values.split(',').flatMap(coding => {
    const name = coding.trim().toLowerCase()
    return name === '' || name === 'identity' ? [] : [name]
  })
}

/**
 * An answer in which a credential of ours is masked, in its fields and its body. Throws Problem `upstream-broken` where it comes in a
 * coding, which nobody had asked for: nothing could be found in it.
 */
export function maskReply(reply: Reply, needles: Needles): Reply {
  const [coding] = codingsOf(reply.headers)
  if (coding !== undefined) {
    const reason = `the answer comes in the coding ${JSON.stringify(coding)}, in which no credential can be masked`
    const problem = new Problem('upstream-broken', {}, reason)
    if (reply.kind === 'stream') reply.body.cancel(problem)
    throw problem
  }
  const headers = maskFields(reply.headers, needles)
  if (reply.kind === 'stream') return { ...reply, headers, body: maskedBody(reply.body, needles) }
  const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body
  return { ...reply, headers, body: maskWhole(bytes, needles) }
}

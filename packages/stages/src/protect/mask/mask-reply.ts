import { HeaderList, Problem, type Reply } from '@sallyport/core'
import { trueOfBody } from '../true-of-body.ts'
import { maskedBody } from './masked-body.ts'
import { maskWhole } from './masker.ts'
import { leastMasked, type Needles } from './needles.ts'

/** A strong validator promises every byte (RFC 9110 section 8.8.1); a weak one still holds. */
const isStrong = (name: string, value: string) => name === 'etag' && !value.startsWith('W/')

/** Field values are bytes, each one a latin1 character. */
function maskField(value: string, needles: Needles): string {
  if (value.length < leastMasked) return value
  const bytes = Buffer.from(value, 'latin1')
  const masked = maskWhole(bytes, needles)
  return masked === bytes ? value : Buffer.from(masked).toString('latin1')
}

function maskFields({ raw, names }: HeaderList, needles: Needles): string[] {
  const left: string[] = []
  for (const [i, name] of names.entries()) {
    const written = raw[i * 2] ?? ''
    const value = raw[i * 2 + 1] ?? ''
    if (trueOfBody.has(name) || isStrong(name, value)) continue
    // A name can't hold a mask.
    if (maskField(written, needles) === written) left.push(written, maskField(value, needles))
  }
  return left
}

/** The first coding that was applied to a body. */
function codingOf(headers: HeaderList): string | undefined {
  const names = headers.all('content-encoding').flatMap(value => value.split(','))
  return names.map(name => name.trim().toLowerCase()).find(name => name !== '' && name !== 'identity')
}

/**
 * An answer in which a credential of ours is masked, in its fields and its body. Throws Problem `upstream-broken` where it comes in a
 * coding, which nobody had asked for: nothing could be found in it.
 */
export function maskReply(reply: Reply, needles: Needles): Reply {
  const fields = new HeaderList(reply.headers)
  const coding = codingOf(fields)
  if (coding !== undefined) {
    const reason = `the answer comes in the coding ${JSON.stringify(coding)}, in which no credential can be masked`
    const problem = new Problem('upstream-broken', {}, reason)
    if (reply.kind === 'stream') reply.body.cancel(problem)
    throw problem
  }
  const headers = maskFields(fields, needles)
  if (reply.kind === 'stream') return { ...reply, headers, body: maskedBody(reply.body, needles) }
  const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body
  return { ...reply, headers, body: maskWhole(bytes, needles) }
}

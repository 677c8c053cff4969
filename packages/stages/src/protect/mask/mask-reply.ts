import { type HeaderList, Problem, type Reply } from '@sallyport/core'
import { bytesOf } from '../../bodies/bytes-of.ts'
import { trueOfBody } from '../true-of-body.ts'
import { fieldMayHold } from './glance.ts'
import { maskedBody } from './masked-body.ts'
import { maskWhole } from './masker.ts'
import type { Needles } from './needles.ts'

/** A strong validator promises every byte (RFC 9110 section 8.8.1); a weak one still holds. */
const isStrong = (name: string, value: string) => name === 'etag' && !value.startsWith('W/')

/** Field values are bytes, each one a latin1 character. */
function maskText(text: string, needles: Needles): string {
  if (!fieldMayHold(text, needles)) return text
  const bytes = Buffer.from(text, 'latin1')
  const masked = maskWhole(bytes, needles)
  return masked === bytes ? text : Buffer.from(masked).toString('latin1')
}

/** A field of an answer as it leaves: its value with a credential of ours masked, undefined where all of it stays. `name` in lower case. */
export function maskField(name: string, written: string, value: string, needles: Needles): string | undefined {
  if (trueOfBody.has(name) || isStrong(name, value)) return undefined
  // A name can't hold a mask.
  return maskText(written, needles) === written ? maskText(value, needles) : undefined
}

/** The first coding that was applied to a body. */
function codingOf(headers: HeaderList): string | undefined {
  if (!headers.has('content-encoding')) return undefined
  const names = headers.all('content-encoding').flatMap(value => value.split(','))
  return names.map(name => name.trim().toLowerCase()).find(name => name !== '' && name !== 'identity')
}

/**
 * An answer in whose body a credential of ours is masked; `fields` are those that it came with. Throws Problem `upstream-broken` where
 * it comes in a coding, which nobody had asked for: nothing could be found in it.
 */
export function maskBody(reply: Reply, fields: HeaderList, needles: Needles): Reply {
  const coding = codingOf(fields)
  if (coding !== undefined) {
    const reason = `the answer comes in the coding ${JSON.stringify(coding)}, in which no credential can be masked`
    const problem = new Problem('upstream-broken', {}, reason)
    if (reply.kind === 'stream') reply.body.cancel(problem)
    throw problem
  }
  if (reply.kind === 'stream') return { ...reply, body: maskedBody(reply.body, needles) }
  const bytes = bytesOf(reply.body)
  return { ...reply, body: maskWhole(bytes, needles) }
}

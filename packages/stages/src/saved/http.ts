import { HeaderList } from '@sallyport/core'
import { asymmetrical } from '../signatures/algorithms.ts'
import { BadSignature } from '../signatures/dictionary.ts'
import { requireDigest } from '../signatures/digest.ts'
import type { Message, RequestMessage } from '../signatures/message.ts'
import { type ReadSignature, readSignature } from '../signatures/read.ts'
import { goodUntil } from '../signatures/request-policy.ts'
import { verifiedBase } from '../signatures/verify.ts'
import type { Judge, SavedMessage } from './verdict.ts'

const noFields = new HeaderList([])
const unknown: RequestMessage = { method: '', scheme: 'https', host: '', path: '', query: undefined, headers: noFields }

function messageOf(message: SavedMessage, { covered }: ReadSignature): Message {
  const { headers } = message
  if (message.kind === 'request') return { ...message.request, headers }
  if (message.kind === 'body') throw new BadSignature('a body alone has no fields')
  const { status, request } = message
  const needsRequest = [...covered].some(component => component.includes(';req'))
  if (needsRequest && request === undefined) throw new BadSignature('it covers the request too, which was not told')
  return { status, headers, request: request === undefined ? unknown : { ...request, headers: noFields } }
}

/** A body that isn't covered could be any other. */
function requireBody({ covered }: ReadSignature, { headers, body }: SavedMessage): void {
  if (covered.has('"content-digest"')) requireDigest(headers.all('content-digest'), body)
  else if (body.length > 0) throw new BadSignature('the body is not covered (content-digest)')
}

/** An HTTP Message Signature (RFC 9421), and the Content-Digest (RFC 9530) that it covers. */
export const http: Judge = async (message, { keys, now }) => {
  const { headers } = message
  if (!headers.has('signature') && !headers.has('signature-input')) return undefined
  const read = readSignature(headers, undefined)
  await verifiedBase(read, messageOf(message, read), keys, asymmetrical)
  goodUntil(read, now, { maxAge: Number.POSITIVE_INFINITY, leeway: 30_000 })
  requireBody(read, message)
  const { keyid, alg, covered, created } = read
  return { key: keyid, alg, covers: [...covered], created: created === undefined ? undefined : created * 1000 }
}

/** Content-Digest alone: it tells damage, not malice. */
export const digest: Judge = async ({ headers, body }) => {
  const lines = headers.all('content-digest')
  if (lines.length === 0) return undefined
  requireDigest(lines, body)
  return { covers: ['the body'] }
}

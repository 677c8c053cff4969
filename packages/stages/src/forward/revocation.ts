import { type Call, Problem, type Reply } from '@sallyport/core'
import { refuseToken } from '../identify/bad-token.ts'
import type { StagePorts } from '../ports.ts'

/** Bytes of a form: a token has at most 6 KiB, percent-encoded or not. */
export const formBytesMax = 16 * 1024

const formType = /^application\/x-www-form-urlencoded(?:\s*;|$)/i
const refuse = refuseToken('token-unavailable')

function invalid(detail: string): Problem {
  return new Problem('input-invalid', { detail, errors: { token: [detail] } }, detail)
}

/** The one `token` of a form (RFC 7009 section 2.1). Its hint and what else stands there are passed over. */
async function tokenIn({ body, headers }: Call): Promise<string> {
  if (!formType.test(headers.get('content-type') ?? ''))
    throw invalid('A form is wanted: Content-Type: application/x-www-form-urlencoded, token=…')
  const form = new URLSearchParams(Buffer.from(await body.read(formBytesMax)).toString('utf8'))
  const [token, more] = form.getAll('token')
  if (token === undefined || more !== undefined) throw invalid('The form needs one token.')
  return token
}

/**
 * Ends a magic token for whoever brings it: to hold it is all that it takes (RFC 7009). What isn't a good token of this gateway is
 * answered alike, so nothing is told of it (section 2.2). It is on disk before the answer goes.
 */
export async function revokeByHolder(call: Call, { magicTokens }: Pick<StagePorts, 'magicTokens'>): Promise<Reply> {
  const token = await tokenIn(call)
  await magicTokens.revoke(token, call.at).catch(refuse)
  return { kind: 'answer', status: 200, headers: ['Cache-Control', 'no-store'], body: '' }
}

import type { HeaderPairs } from '@sallyport/core'
import { httpToken } from './http-token.ts'

const token = new RegExp(`^${httpToken}$`)
/** What a field may hold (RFC 9110 section 5.5): nothing that could end it. */
const content = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The server's: what says how a message is framed, or holds for one connection alone (RFC 9110 section 7.6.1), and what is said of every
 * answer. Of two values readers would take the one or the other: JSON that is shown as a page runs what stands in it.
 */
const ours: ReadonlySet<string> = new Set([
  ...[
    'connection',
    'content-type',
    'x-content-type-options',
    'sallyport-call-id',
    'content-length',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ],
])

/** The fields of a handler's answer. Throws TypeError for those that no answer may have. */
export function answerFields(fields: Readonly<Record<string, string>>): HeaderPairs {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (!token.test(name)) throw new TypeError(`${JSON.stringify(name)} is no header name`)
    if (ours.has(name.toLowerCase())) throw new TypeError(`${name} is set by the server, not by a handler`)
    if (typeof value !== 'string' || !content.test(value)) throw new TypeError(`${name} holds what no header may`)
    return [name, value]
  })
}

/** Throws RangeError for what is no status of an answer (RFC 9110 section 15). */
export function requireStatus(status: number): void {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new RangeError(`${status} is no status from 200 to 599`)
}

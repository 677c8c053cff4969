import type { Reply, Site, View } from '@sallyport/core'
import { bytesOf } from '../bodies/bytes-of.ts'
import { isBodiless } from '../bodies/whole-answer.ts'

/** An answer read to its end, where it may have a body. Throws Problem `upstream-broken`. */
export async function whole(reply: Reply, view: View, site: Site): Promise<Reply> {
  if (isBodiless(view.call.method, reply.status)) return reply
  return (await site.answer?.(reply, view))?.reply ?? reply
}

/** The bytes of an answer that `whole` gave. Throws TypeError where it streams still. */
export function wholeBytes(reply: Reply): Uint8Array {
  if (reply.kind !== 'answer') throw new TypeError('answers cannot be read here')
  return bytesOf(reply.body)
}

import type { Reply, Site, View } from '@sallyport/core'

const withoutBody: ReadonlySet<number> = new Set([204, 304])

/** Whether what leaves has no body of its own (RFC 9110 section 6.4.1). */
export const isBodiless = (method: string, status: number): boolean => method === 'HEAD' || withoutBody.has(status)

/** An answer read to its end, where it may have a body. Throws Problem `upstream-broken`. */
export async function whole(reply: Reply, view: View, site: Site): Promise<Reply> {
  if (isBodiless(view.call.method, reply.status)) return reply
  return (await site.answer?.(reply, view))?.reply ?? reply
}

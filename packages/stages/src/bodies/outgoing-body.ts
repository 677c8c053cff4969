import type { Outgoing, Site, View } from '@sallyport/core'

/** The bytes that are about to be forwarded, read once and counted. Throws Problem `body-…`. */
export async function outgoingBytes({ body }: Outgoing, view: View, site: Site): Promise<Uint8Array> {
  if (body.length === 0) return new Uint8Array(0)
  if (body.bytes !== undefined) return body.bytes
  const sent = await site.sent?.(view)
  if (sent === undefined) throw new TypeError('bodies cannot be read here')
  return sent
}

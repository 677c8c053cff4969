import type { Outgoing } from '@sallyport/core'
import { requireSendable } from '@sallyport/http1'

/** A body goes whole, with its length, in chunks, or not at all. */
export type Framing = { readonly length: number | undefined } | undefined

/** The header section of a request, each byte one latin1 character. Throws TypeError where it cannot be sent. */
export function requestHead({ method, path, headers }: Outgoing, framing: Framing, close: boolean): string {
  let text = `${method} ${path} HTTP/1.1\r\n`
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`
  requireSendable(text, headers.length / 2 + 1)
  if (framing !== undefined) {
    text += framing.length === undefined ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${framing.length}\r\n`
  }
  return close ? `${text}Connection: close\r\n\r\n` : `${text}\r\n`
}

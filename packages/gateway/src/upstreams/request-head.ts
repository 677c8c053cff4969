import type { Outgoing } from '@sallyport/core'

/** Whatever is no single byte, or no character of a line: nothing of it may stand in a header section. */
const unsendable = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)/

function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/** A body goes whole, with its length, in chunks, or not at all. */
export type Framing = { readonly length: number | undefined } | undefined

/**
 * The header section of a request, each byte one latin1 character. Throws TypeError where a value would break out of its
 * line; what callers send has been read by a parser that refuses that already.
 */
export function requestHead({ method, path, headers }: Outgoing, framing: Framing, close: boolean): string {
  let text = `${method} ${path} HTTP/1.1\r\n`
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`
  if (unsendable.test(text) || linesIn(text) !== headers.length / 2 + 1) {
    throw new TypeError('the target or a header field holds a character that cannot be sent')
  }
  if (framing !== undefined) {
    text += framing.length === undefined ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${framing.length}\r\n`
  }
  return close ? `${text}Connection: close\r\n\r\n` : `${text}\r\n`
}

import { type Arrival, noBody, type Reply } from '@sallyport/core'
import { ComingBody } from './body.ts'

/** What a Content-Length says; undefined where there is none. */
export const lengthIn = (text: string | null | undefined): number | undefined =>
  typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/** A web request as the stages take it. `peer` is the address that it came from, where that is known. */
export function arrivalOf(request: Request, peer: string | undefined): Arrival {
  const url = new URL(request.url)
  const { headers, body, method } = request
  const named = headers.has('host') ? [] : ['host', url.host]
  return {
    method,
    target: url.pathname + url.search,
    httpVersion: '1.1',
    rawHeaders: [...named, ...[...headers].flat()],
    peer,
    encrypted: url.protocol === 'https:',
    body: body === null ? { ...noBody } : new ComingBody(body, lengthIn(headers.get('content-length'))),
  }
}

/** Statuses whose answers have no body (RFC 9110 section 15). */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/** A reply as a web response. */
export function responseOf({ status, headers, ...reply }: Reply): Response {
  const fields = new Headers()
  for (let i = 0; i < headers.length; i += 2) fields.append(headers[i] ?? '', headers[i + 1] ?? '')
  if (reply.kind === 'stream') throw new TypeError('a handler gives whole answers')
  return new Response(bodiless.has(status) ? null : reply.body, { status, headers: fields })
}

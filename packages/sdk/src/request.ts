import { type Arrival, noBody } from '@sallyport/core'
import { ComingBody, comingWhole } from './body.ts'

/** What a Content-Length says; undefined where there is none. */
export const lengthIn = (text: string | null | undefined): number | undefined =>
  typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/**
 * Fields as they may have come: a web request joins those of one name with commas, so what holds one where no field of its own kind may is
 * taken apart again and seen as several.
 */
function fieldsOf(headers: Headers, single: ReadonlySet<string>): string[] {
  return [...headers].flatMap(([name, value]) =>
    single.has(name) ? value.split(',').flatMap(part => [name, part.trim()]) : [name, value],
  )
}

/** A web request as the stages take it. `peer` is the address that it came from, where that is known; `single` names fields that hold no comma. */
export function arrivalOf(request: Request, peer: string | undefined, single: ReadonlySet<string>): Arrival {
  const url = new URL(request.url)
  const { headers, body, method } = request
  const named = headers.has('host') ? [] : ['host', url.host]
  return {
    method,
    target: url.pathname + url.search,
    httpVersion: '1.1',
    rawHeaders: [...named, ...fieldsOf(headers, single)],
    peer,
    encrypted: url.protocol === 'https:',
    body: body === null ? { ...noBody } : new ComingBody(comingWhole(body), lengthIn(headers.get('content-length'))),
  }
}

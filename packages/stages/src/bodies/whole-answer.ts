import { HeaderList, type Outgoing } from '@sallyport/core'

const ofParts: ReadonlySet<string> = new Set(['accept-encoding', 'range', 'if-range'])

/** Asks for an answer that can be read: whole and without a coding (RFC 9110 sections 12.5.3 and 14.2). */
export function askWhole(outgoing: Outgoing): Outgoing {
  const { headers } = outgoing
  const { names } = new HeaderList(headers)
  const kept = headers.filter((_, i) => !ofParts.has(names[i >> 1] ?? ''))
  return { ...outgoing, headers: [...kept, 'Accept-Encoding', 'identity'] }
}

const bodiless: ReadonlySet<number> = new Set([204, 304])

/** Whether no byte that follows an answer's head is its body (RFC 9112 section 6.3). A 205 should have none either, and can. */
export const isBodiless = (method: string, status: number): boolean => method === 'HEAD' || bodiless.has(status)

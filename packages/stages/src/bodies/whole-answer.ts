import { HeaderList, type Outgoing } from '@sallyport/core'

const ofParts: ReadonlySet<string> = new Set(['accept-encoding', 'range', 'if-range'])

/** Asks for an answer that can be read: whole and without a coding (RFC 9110 sections 12.5.3 and 14.2). */
export function askWhole(outgoing: Outgoing): Outgoing {
  const { headers } = outgoing
  const { names } = new HeaderList(headers)
  const kept = headers.filter((_, i) => !ofParts.has(names[i >> 1] ?? ''))
  return { ...outgoing, headers: [...kept, 'Accept-Encoding', 'identity'] }
}

const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/** Whether an answer has no body by its nature (RFC 9110 section 6.4.1). */
export const isBodiless = (method: string, status: number): boolean => method === 'HEAD' || bodiless.has(status)

import { HeaderList, type Outgoing } from '@sallyport/core'

/** The request without fields of these lower-case names, and with others behind. */
export function asking(outgoing: Outgoing, without: ReadonlySet<string>, ...more: readonly string[]): Outgoing {
  const { headers } = outgoing
  const { names } = new HeaderList(headers)
  const kept = headers.filter((_, i) => !without.has(names[i >> 1] ?? ''))
  return { ...outgoing, headers: [...kept, ...more] }
}

const coding: ReadonlySet<string> = new Set(['accept-encoding'])

/** An answer that has to be read must come without a coding. */
export const uncoded = (outgoing: Outgoing): Outgoing => asking(outgoing, coding, 'Accept-Encoding', 'identity')

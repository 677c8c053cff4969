import type { HeaderList } from '@sallyport/core'

/** The schemes whose credentials browsers keep and add to calls by themselves, whichever page makes them. */
const kept = /^(?:basic|digest|negotiate|ntlm)(?: |$)/i

/** Whether a call bears what a browser adds by itself: cookies, or a credential that it once asked for. */
export const isAmbient = (headers: HeaderList): boolean =>
  headers.has('cookie') || headers.all('authorization').some(value => kept.test(value))

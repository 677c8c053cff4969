import type { HeaderList } from '@sallyport/core'

/** The schemes whose credentials browsers keep and add to calls by themselves, whichever page makes them. */
const kept = /^(?:basic|digest|negotiate|ntlm)(?: |$)/i

/** Whether a call bears a credential that a browser asked for once, and keeps. */
export const isKept = (headers: HeaderList): boolean => headers.all('authorization').some(value => kept.test(value))

/** Whether a call bears anything that a browser adds by itself: cookies, or such a credential. */
export const isAmbient = (headers: HeaderList): boolean => headers.has('cookie') || isKept(headers)

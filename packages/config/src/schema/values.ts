import { readDuration, readRate, readSize } from '@sallyport/core'
import { z } from 'zod'

/** A text that a reader of core's understands; `such` tells people what to write. */
function written<T>(read: (text: string) => T | undefined, such: string) {
  return z.string().transform((text, context) => {
    const value = read(text)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: `needs ${such}` })
    return z.NEVER
  })
}

/** Milliseconds. */
export const duration = written(readDuration, 'a duration such as 250ms, 30s, 5m or 30d')
/** Milliseconds since the epoch, UTC. */
export const time = written(text => {
  const at = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}, 'a time such as 2027-01-31T00:00:00Z')
/** Bytes. */
export const size = written(readSize, 'a size such as 64KiB, 10MiB or 2GiB')
export const rate = written(readRate, 'a count and a window such as 100/second, 600/minute or 5/10m')

/** Scheme, host and port, and for upstreams a base path. Nothing that a URL could hide a credential in. */
export const httpUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const plain = url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url !== undefined && plain && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  context.addIssue({ code: 'custom', message: 'needs an http or https URL without user, query and fragment' })
  return z.NEVER
})

export const port = z.int().min(0).max(65_535)

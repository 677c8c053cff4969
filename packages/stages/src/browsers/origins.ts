import { isIP } from 'node:net'
import { z } from 'zod'

/** `scheme://host:port`, in lower case; `*.` before the host stands for one or more labels. */
const form = /^([a-z][a-z0-9+.-]*):\/\/(\*\.)?([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/

const ofWeb = (scheme: string) => scheme === 'http' || scheme === 'https'

/** Whether browsers would write it so: no default port, a host as URLs have it (Fetch section 3.2, URL section 4.7). */
function isSerialised(origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).origin === origin
}

/** Below a name of one label anybody may have a host; addresses have none below them. */
const isDomain = (host: string) => host.includes('.') && isIP(host) === 0

function isOrigin(text: string): boolean {
  const [, scheme = '', any, host = '', port = ''] = form.exec(text) ?? []
  if (scheme === '') return false
  if (!ofWeb(scheme)) return any === undefined
  return isSerialised(`${scheme}://${host}${port}`) && (any === undefined || isDomain(host))
}

/** An origin as browsers send it, or a pattern of subdomains. `null` names nobody, and is none. */
export const originPattern = z
  .string()
  .refine(isOrigin, 'needs an origin as browsers send it, such as https://app.example.com, or https://*.example.com')

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
/** RFC 1035 section 2.3.4. */
const longestName = 253

const isLabels = (text: string) => text.length <= longestName && text.split('.').every(part => label.test(part))

function subdomains(pattern: string): (origin: string) => boolean {
  const at = pattern.indexOf('*')
  const [beginning, end] = [pattern.slice(0, at), pattern.slice(at + 1)]
  return origin =>
    origin.length > beginning.length + end.length &&
    origin.startsWith(beginning) &&
    origin.endsWith(end) &&
    isLabels(origin.slice(beginning.length, -end.length))
}

/** Tells whether an Origin is one of these, letter by letter as browsers send it. */
export function originTest(patterns: readonly string[]): (origin: string) => boolean {
  const exact = new Set(patterns.filter(pattern => !pattern.includes('*')))
  const wide = patterns.filter(pattern => pattern.includes('*')).map(subdomains)
  return origin => exact.has(origin) || wide.some(test => test(origin))
}

import { type HeaderList, type Place, remembered } from '@sallyport/core'
import { connectionNames, hopByHop } from './hop-by-hop.ts'

/** Which host, method or path is really meant, as some servers believe it. */
const meant: ReadonlySet<string> = new Set([
  'x-host',
  'x-http-host-override',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
])

/**
 * What a client may not tell a backend: the gateway's own words, where it claims to come from, and which host, method or
 * path is really meant. Cookies and credentials are the caller's dealings with the gateway.
 */
const withheld: ReadonlySet<string> = new Set([
  ...hopByHop,
  ...meant,
  'authorization',
  'cf-connecting-ip',
  'client-call-id',
  'client-cert',
  'client-cert-chain',
  'client-ip',
  'content-length',
  'cookie',
  'dpop',
  'expect',
  'fastly-client-ip',
  'forwarded',
  'host',
  'http2-settings',
  'proxy-client-ip',
  'remote-user',
  'true-client-ip',
  'via',
  'wl-proxy-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-forwarded',
  'x-originating-ip',
  'x-real-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-remote-user',
])

/** Whole families of such names. Browsers ask the gateway what pages may do, not the backend. */
const withheldFamily = /^(?:access-control-request|sallyport|x-forwarded|x-original|x-rewrite)-/

/** A name with `_` is dropped: many servers read `X_Caller` as `X-Caller`, so it could pose as one of ours. */
const isWithheld = remembered(name => withheld.has(name) || name.includes('_') || withheldFamily.test(name))

/** Never passed, whatever `forward.pass` says: these would let the client frame or address the request. */
const never: ReadonlySet<string> = new Set([...hopByHop, 'content-length', 'expect', 'host', 'http2-settings'])

/** The name as a server reads it that takes `_` for `-`. */
const plain = (name: string) => name.toLowerCase().replaceAll('_', '-')

/** The first field by which a server could take the request for another one, but for those that may pass; undefined where there is none. */
export const meaningOther = ({ names }: HeaderList, pass: readonly string[]): string | undefined =>
  names.find(name => meant.has(plain(name)) && !pass.includes(name))

export const mayPass = (name: string): boolean => !never.has(plain(name)) && !plain(name).startsWith('sallyport-')

/** Throws where a field of ours would frame or address the request, or is none (RFC 9110 section 5.1). */
export function requireSendable(name: string): void {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && mayPass(name)) return
  throw new TypeError(`a header ${JSON.stringify(name)} cannot be sent to an upstream`)
}

/** What one route withholds and passes beside that, worked out at load. */
export interface HeaderRules {
  readonly pass: ReadonlySet<string>
  readonly own: ReadonlySet<string>
  /** Cookies that are credentials; they stay here even where `cookie` is passed. */
  readonly cookies: ReadonlySet<string>
}

/** `added` are the names that the gateway itself sends: no client's copy goes beside them. */
export function headerRules(pass: readonly string[], places: readonly Place[], added: readonly string[]): HeaderRules {
  const credentials = places.flatMap(place => (place.in === 'header' ? [place.name] : []))
  const ours = new Set(added.map(plain))
  return {
    pass: new Set(pass.filter(name => mayPass(name) && !ours.has(plain(name)))),
    own: new Set([...credentials, ...ours]),
    cookies: new Set(places.flatMap(place => (place.in === 'cookie' ? [place.name] : []))),
  }
}

/** A Cookie field without the cookies of these names; empty where none is left. */
export const withoutCookies = (value: string, names: ReadonlySet<string>) =>
  value
    .split(';')
    .filter(pair => !names.has(pair.split('=')[0]?.trim() ?? ''))
    .join(';')
    .trim()

/** The client's fields that cross over, in their order. */
export function crossing(headers: HeaderList, rules: HeaderRules): string[] {
  const { raw, names } = headers
  const named = connectionNames(headers)
  const crossed: string[] = []
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? ''
    if (named.has(name)) continue
    if ((isWithheld(name) || rules.own.has(name)) && !rules.pass.has(name)) continue
    const value = raw[i * 2 + 1] ?? ''
    const kept = name === 'cookie' ? withoutCookies(value, rules.cookies) : value
    if (kept !== '' || value === '') crossed.push(raw[i * 2] ?? '', kept)
  }
  return crossed
}

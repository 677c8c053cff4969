import type { Call, Place } from '@sallyport/core'
import { connectionNames, hopByHop } from './hop-by-hop.ts'

/**
 * What a client may not tell a backend: the gateway's own words, where it claims to come from, and which method or path
 * is really meant. Cookies and credentials are the caller's dealings with the gateway.
 */
const withheld: ReadonlySet<string> = new Set([
  ...hopByHop,
  'authorization',
  'cf-connecting-ip',
  'client-ip',
  'content-length',
  'cookie',
  'expect',
  'fastly-client-ip',
  'forwarded',
  'host',
  'http2-settings',
  'true-client-ip',
  'via',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-host',
  'x-original-uri',
  'x-original-url',
  'x-originating-ip',
  'x-real-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-rewrite-url',
])

/** Never passed, whatever `forward.pass` says: these would let the client frame or address the request. */
const never: ReadonlySet<string> = new Set([...hopByHop, 'content-length', 'expect', 'host', 'http2-settings'])

export const mayPass = (name: string): boolean => !never.has(name) && !name.startsWith('sallyport-')

/** What one route withholds beside that, worked out at load. */
export interface HeaderRules {
  readonly pass: ReadonlySet<string>
  readonly own: ReadonlySet<string>
}

export function headerRules(pass: readonly string[], places: readonly Place[], added: readonly string[]): HeaderRules {
  const credentials = places.flatMap(place => (place.in === 'header' ? [place.name] : []))
  return {
    pass: new Set(pass.filter(mayPass)),
    own: new Set([...credentials, ...added.map(name => name.toLowerCase())]),
  }
}

/**
 * The client's fields that cross over, in their order. A name with `_` is dropped: many servers read `X_Caller` as
 * `X-Caller`, so it could pose as one of ours.
 */
export function crossing(call: Call, rules: HeaderRules): string[] {
  const { raw, names } = call.headers
  const named = connectionNames(call.headers)
  const crossed: string[] = []
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? ''
    const dropped =
      withheld.has(name) ||
      rules.own.has(name) ||
      name.startsWith('sallyport-') ||
      name.includes('_') ||
      named.includes(name)
    if (!dropped || rules.pass.has(name)) crossed.push(raw[i * 2] ?? '', raw[i * 2 + 1] ?? '')
  }
  return crossed
}

import { isIP } from 'node:net'
import { type Arrival, type HeaderList, Problem } from '@sallyport/core'
import { plainAddress, unreadBody } from '@sallyport/stages'

/** What another proxy tells of a call that it has. */
export interface Told {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  /** The caller's address. */
  readonly ip: string
}

export const refuse = (reason: string): never => {
  throw new Problem('door-refused', {}, reason)
}

/** The only value of a field. Throws Problem `door-refused` where there is none, or another. */
export function single(headers: HeaderList, name: string): string {
  const [value, more] = headers.all(name)
  if (value === undefined || more !== undefined) return refuse(`${name} must stand exactly once`)
  return value
}

/** An address as it is written for limits and rules. Throws Problem `door-refused`. */
export const addressIn = (text: string): string =>
  isIP(text) === 0 ? refuse('x-real-ip is no address') : plainAddress(text)

/** Fields that are the proxy's own, and what callers say of where they come from. */
const proxies =
  /^(?:x-forwarded-.*|x-envoy-.*|x-original-(?:method|uri|host)|forwarded|x-real-ip|sallyport-door-key|connection|content-length)$/

/** Names that some readers take for one of the proxy's own fields. */
const disguised = /^(?:x_original_(?:method|uri|host)|x_real_ip|sallyport_door_key)$/

/** The caller's own fields. Throws Problem `door-refused` where one is named like the proxy's. */
export function callersFields(headers: HeaderList): readonly string[] {
  return headers.names.flatMap((name, i) => {
    if (disguised.test(name.replaceAll('-', '_')) && name.includes('_'))
      return refuse('a field is named like one of the proxy')
    return proxies.test(name) ? [] : [name, headers.valueAt(i)]
  })
}

/** The call as a listener would hand it over. */
export const arrivalOf = ({ method, target, headers, ip }: Told, encrypted: boolean): Arrival => ({
  ...{ method, target, httpVersion: '1.1', rawHeaders: headers, peer: ip, encrypted },
  body: unreadBody,
})

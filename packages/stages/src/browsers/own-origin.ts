import type { Call, GatewayRules } from '@sallyport/core'

type Reached = Pick<Call, 'scheme' | 'host'>

/** Tells whether an origin is the one that a call itself was sent to: the gateway's URL where it has one, or scheme and host as they came. */
export function ownOrigin({ url }: Pick<GatewayRules, 'url'>): (origin: string, reached: Reached) => boolean {
  const own = url === '' ? undefined : new URL(url).origin
  return (origin, { scheme, host }) => origin === own || origin === `${scheme}://${host}`
}

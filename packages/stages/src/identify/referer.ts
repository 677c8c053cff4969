/** Whether a Referer is one that a key may be used with. */
export type RefererTest = (referer: string) => boolean

const hostShape = /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i

/** A web address without its fragment, in the one way in which the platform writes it. */
function webUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined
  url.hash = ''
  return url
}

const on =
  (test: (url: URL) => boolean): RefererTest =>
  referer => {
    const url = webUrl(referer)
    return url !== undefined && test(url)
  }

/**
 * The test for a pattern: `https://host/*` for every page of an origin, `host/*` of a host, `*.host/*` of the hosts below
 * it, or one whole URL. Undefined where the text is none of these.
 */
export function refererTest(pattern: string): RefererTest | undefined {
  const place = pattern.endsWith('/*') ? pattern.slice(0, -2) : undefined
  if (place === undefined) {
    const whole = pattern.includes('*') ? undefined : webUrl(pattern)
    return whole && on(url => url.href === whole.href)
  }
  if (hostShape.test(place)) {
    const host = place.toLowerCase()
    return on(url => (host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host))
  }
  const origin = place.includes('*') ? undefined : webUrl(place)
  return origin?.href === `${origin?.origin}/` ? on(url => url.origin === origin?.origin) : undefined
}

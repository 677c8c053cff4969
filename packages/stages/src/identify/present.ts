import type { Call, Place } from '@sallyport/core'

export const placeKey = (place: Place): string => `${place.in} ${place.name}`

/** A place as methods share it: two schemes of one header are told apart by themselves. */
export const schemeKey = (place: Place): string =>
  place.in === 'header' && place.scheme !== undefined ? `${placeKey(place)} ${place.scheme}` : placeKey(place)

/** One value of a Cookie header field's pairs (RFC 6265 section 4.2.1); quotes around it are not part of it. */
function cookies(call: Call, name: string): string[] {
  const found: string[] = []
  for (const field of call.headers.all('cookie')) {
    for (const pair of field.split(';')) {
      const at = pair.indexOf('=')
      if (at > 0 && pair.slice(0, at).trim() === name) {
        found.push(
          pair
            .slice(at + 1)
            .trim()
            .replace(/^"(.*)"$/, '$1'),
        )
      }
    }
  }
  return found
}

/** A query component decoded once; what cannot be decoded stands as it came. */
export function queryText(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

export function queryValues(query: string | undefined, name: string): string[] {
  if (query === undefined || query === '') return []
  const found: string[] = []
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=')
    const key = at < 0 ? pair : pair.slice(0, at)
    if (queryText(key) === name) found.push(at < 0 ? '' : queryText(pair.slice(at + 1)))
  }
  return found
}

const readers = {
  header: (call, name) => call.headers.all(name),
  query: (call, name) => queryValues(call.target.query, name),
  cookie: cookies,
} satisfies Record<Place['in'], (call: Call, name: string) => readonly string[]>

/** Every text that stands in a place, scheme included. */
export function textsAt(call: Call, place: Place): readonly string[] {
  return readers[place.in](call, place.name)
}

/** The credential in a header's text: what follows the scheme (RFC 9110 section 11.4, case-insensitive), or all of it. */
export function credentialIn(text: string, place: Place): string | undefined {
  if (place.in !== 'header' || place.scheme === undefined) return text
  const { scheme } = place
  const space = text.indexOf(' ')
  if (space !== scheme.length || text.slice(0, space).toLowerCase() !== scheme) return undefined
  return text.slice(space + 1).trim()
}

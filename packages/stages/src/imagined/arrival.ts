import type { ImaginedCall } from '@sallyport/contract'
import { type Arrival, bodyOf, type GatewayRules, type Method, noBody, type RequestBody } from '@sallyport/core'
import { askingMessage } from './asking.ts'

/** The header by which an imagined caller is presented. Fields of this prefix never cross to an upstream. */
export const imaginedField = 'sallyport-imagined'

/** What callers name: an application knows no address of its own. */
const hostOf = ({ hosts, url }: GatewayRules) => hosts[0] ?? (url === '' ? 'localhost' : new URL(url).host)

/** A request as a listener would hand it over. */
export function imaginedArrival(call: ImaginedCall, gateway: GatewayRules, sent: RequestBody = noBody): Arrival {
  const { method, asks } = call
  const message = asks === undefined ? undefined : askingMessage({ method, path: call.path, asks })
  const { path, fields } = message ?? { path: call.path, fields: [] }
  const given = Object.entries(call.headers ?? {})
  const named = given.some(([name]) => name.toLowerCase() === 'host')
  return {
    method,
    target: path,
    httpVersion: '1.1',
    rawHeaders: [
      ...(named ? [] : ['Host', hostOf(gateway)]),
      ...given.flat(),
      ...fields,
      ...(call.as === undefined ? [] : [imaginedField, 'yes']),
    ],
    peer: call.ip,
    encrypted: gateway.url.startsWith('https:'),
    body: message === undefined ? sent : bodyOf(message.body),
  }
}

/** How sure it is that a method reads this credential: a mark of its own tells; a colon parts name and password. */
function fitness(method: Method, credential: string): number {
  if (method.mark !== undefined && method.owns(credential)) return 2
  return (method.kind === 'basic') === credential.includes(':') ? 1 : 0
}

function written(method: Method, credential: string, scheme: string | undefined): string {
  const pair = method.kind === 'basic' && credential.includes(':')
  const text = pair ? Buffer.from(credential, 'utf8').toString('base64') : credential
  return scheme === undefined ? text : `${scheme} ${text}`
}

/** The request with a credential where the operation's methods read it. Unchanged where none reads any. */
export function withCredential(arrival: Arrival, credential: string, methods: readonly Method[]): Arrival {
  const [method] = methods
    .filter(({ places }) => places.length > 0)
    .toSorted((a, b) => fitness(b, credential) - fitness(a, credential))
  const place = method?.places[0]
  if (method === undefined || place === undefined) return arrival
  if (place.in === 'query') {
    const pair = `${encodeURIComponent(place.name)}=${encodeURIComponent(credential)}`
    return { ...arrival, target: `${arrival.target}${arrival.target.includes('?') ? '&' : '?'}${pair}` }
  }
  const field =
    place.in === 'cookie'
      ? ['Cookie', `${place.name}=${credential}`]
      : [place.name, written(method, credential, place.scheme)]
  return { ...arrival, rawHeaders: [...arrival.rawHeaders, ...field] }
}

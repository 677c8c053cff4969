import { METHODS } from 'node:http'
import { type Arrival, HeaderList, type HeaderPairs, type Reply } from '@sallyport/core'
import { addressIn, callersFields, refuse, single, type Told } from './told.ts'

/** Where nginx asks. */
const path = '/judge'

/** What a listener of ours would take for a method. */
const methods = new Set(METHODS)

function methodIn(text: string): string {
  return methods.has(text) ? text : refuse('x-original-method is no method')
}

/** What nginx's auth_request tells of a call, by the fields that its configuration sets. Throws Problem `door-refused`. */
export function toldByNginx({ method, target, rawHeaders, body }: Arrival): Told {
  if (method !== 'GET' || target !== path) return refuse(`nginx asks by GET ${path}`)
  if (body.length !== 0) return refuse('nginx asks without a body: proxy_pass_request_body off')
  const headers = new HeaderList(rawHeaders)
  const uri = single(headers, 'x-original-uri')
  if (!uri.startsWith('/')) return refuse('x-original-uri must begin with a slash')
  const host = single(headers, 'x-original-host')
  const fields = callersFields(headers).filter((_, i, all) => all[i - (i % 2)] !== 'host')
  return {
    method: methodIn(single(headers, 'x-original-method')),
    target: uri,
    headers: ['Host', host, ...fields],
    ip: addressIn(single(headers, 'x-real-ip')),
  }
}

const fieldsOf = (headers: HeaderPairs, name: string) =>
  headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === name)

/** nginx hands on one WWW-Authenticate: all challenges stand in it (RFC 9110 section 11.6.1). It has no use for a body. */
function fieldsFor(headers: HeaderPairs): HeaderPairs {
  const challenges = fieldsOf(headers, 'www-authenticate')
  const others = new HeaderList(headers)
  const left = others.names.flatMap((name, i) =>
    name === 'www-authenticate' || name === 'content-type' ? [] : [others.raw[i * 2] ?? '', others.valueAt(i)],
  )
  return challenges.length === 0 ? left : [...left, 'WWW-Authenticate', challenges.join(', ')]
}

/** auth_request lets by whatever is 2xx, hands on 401 and 403, and takes anything else for a fault. */
export const statusForNginx = (status: number): number => (status === 401 ? 401 : 403)

export function answerForNginx({ status, headers }: Reply): Reply {
  const said = status === 204 ? 204 : statusForNginx(status)
  return { kind: 'answer', status: said, headers: fieldsFor(headers), body: '' }
}

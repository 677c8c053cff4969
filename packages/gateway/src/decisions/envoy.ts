import { type Arrival, HeaderList, type Reply } from '@sallyport/core'
import { addressIn, callersFields, refuse, single, type Told } from './told.ts'

/** What Envoy's ext_authz filter tells of a call: method, path and Host are the caller's own. Throws Problem `door-refused`. */
export function toldByEnvoy({ method, target, rawHeaders, body }: Arrival): Told {
  if (body.length !== 0) return refuse('Envoy asks without a body: leave out with_request_body')
  if (!target.startsWith('/')) return refuse('the path must begin with a slash')
  const headers = new HeaderList(rawHeaders)
  return { method, target, headers: callersFields(headers), ip: addressIn(single(headers, 'x-real-ip')) }
}

/** Envoy lets by 200 alone, and with `failure_mode_allow` whatever is 5xx: so nothing is. */
export const statusForEnvoy = (status: number): number => (status >= 400 && status < 500 ? status : 403)

export function answerForEnvoy(reply: Reply): Reply {
  const { status, headers, kind } = reply
  if (status === 204) return { kind: 'answer', status: 200, headers, body: '' }
  return { kind: 'answer', status: statusForEnvoy(status), headers, body: kind === 'answer' ? reply.body : '' }
}

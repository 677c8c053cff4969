import type { Call, Destination, ForwardRule, Outgoing, Reply, View } from '@sallyport/core'
import type { Identification } from '../identify/identification.ts'
import { queryText } from '../identify/present.ts'
import { type Answered, type Cleared, grant } from '../passed.ts'
import type { StagePorts } from '../ports.ts'
import { refusalAt } from '../refusal.ts'
import { callerToken } from './caller.ts'
import { credentialAdded } from './credential.ts'
import { crossing, headerRules } from './request-headers.ts'

/** Who answers a route. What does not depend on the call is worked out at load. */
export type Responder =
  | { readonly kind: 'upstream'; readonly rule: ForwardRule; readonly prepare: (view: View) => Outgoing }
  | { readonly kind: 'local'; readonly reply: Reply }

/** What forwarding needs to know of a route. */
interface Setting {
  readonly apiPath: string
  readonly keepPath: boolean
  readonly maxBody: number
  readonly identify: Identification
  readonly ports: StagePorts
}

/** The path below the upstream's origin: the API's own path is cut off, byte for byte, unless it is kept. */
function upstreamPath(call: Call, route: Setting, base: string): string {
  const { path } = call.target
  if (route.keepPath || route.apiPath === '') return base + path
  const depth = route.apiPath.split('/').length - 1
  let cut = 0
  for (let i = 0; i < depth; i++) cut = path.indexOf('/', cut + 1)
  return base + (cut < 0 ? '/' : path.slice(cut))
}

/** The query without the caller's credential and with ours: everything else goes on as it came. */
function upstreamQuery(query: string | undefined, dropped: ReadonlySet<string>, added: string): string {
  if (dropped.size === 0 && added === '') return query === undefined ? '' : `?${query}`
  const pairs = (query ?? '')
    .split('&')
    .filter(pair => pair !== '' && !dropped.has(queryText(pair.split('=')[0] ?? '')))
  const kept = added === '' ? pairs : [...pairs, added]
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

function makePrepare(route: Setting, rule: ForwardRule): (view: View) => Outgoing {
  const places = route.identify.places.map(({ place }) => place)
  const own = credentialAdded(rule.credential)
  const ownNames = own.headers.filter((_, i) => i % 2 === 0)
  const rules = headerRules(rule.pass, places, rule.caller === undefined ? ownNames : [...ownNames, rule.caller.header])
  const secretParameters = new Set(places.flatMap(place => (place.in === 'query' ? [place.name] : [])))
  const { host } = new URL(rule.origin)
  return ({ call, principal }) => {
    const headers = crossing(call, rules)
    headers.push('Host', host, 'Via', '1.1 sallyport', 'X-Forwarded-Proto', call.scheme, 'X-Forwarded-Host', call.host)
    if (call.ip !== undefined) headers.push('X-Forwarded-For', call.ip)
    headers.push('Sallyport-Call-Id', call.id, ...own.headers)
    const clientId = call.headers.get('sallyport-call-id')
    if (clientId !== undefined) headers.push('Client-Call-Id', clientId)
    if (rule.caller !== undefined)
      headers.push(rule.caller.header, callerToken(call, principal, rule.origin, route.ports))
    const path = upstreamPath(call, route, rule.base) + upstreamQuery(call.target.query, secretParameters, own.query)
    return { method: call.method, path, headers, body: call.body, maxBody: route.maxBody }
  }
}

export function makeResponder(route: Setting, destination: Destination): Responder {
  if ('upstream' in destination) {
    return { kind: 'upstream', rule: destination.upstream, prepare: makePrepare(route, destination.upstream) }
  }
  const { contentType, body } = destination.local
  return { kind: 'local', reply: { kind: 'answer', status: 200, headers: ['Content-Type', contentType], body } }
}

/** Who answers, and with which credential? Takes only what inspect cleared. */
export function forward(cleared: Cleared): Answered | Promise<Answered> {
  const { admitted, view } = cleared.counted.authorized.identified
  const { responder, ports } = admitted.route
  if (responder.kind === 'local') return grant<Answered>({ cleared, reply: responder.reply, upstreamMs: undefined })
  const started = ports.clock.elapsed()
  const answered = (reply: Reply) => grant<Answered>({ cleared, reply, upstreamMs: ports.clock.elapsed() - started })
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'forward', undefined, cleared)
  }
  try {
    const reply = ports.upstreams.send(responder.prepare(view), responder.rule)
    return reply instanceof Promise ? reply.then(answered, refuse) : answered(reply)
  } catch (error) {
    return refuse(error)
  }
}

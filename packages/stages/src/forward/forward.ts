import {
  after,
  type Destination,
  type ForwardRule,
  type Grant,
  type Outgoing,
  type Reply,
  type UpstreamCredential,
  type View,
} from '@sallyport/core'
import { prepared, replied } from '../hooks.ts'
import type { Identification } from '../identify/identification.ts'
import { type Answered, type Cleared, grant } from '../passed.ts'
import type { StagePorts } from '../ports.ts'
import { refusalAt } from '../refusal.ts'
import { callerToken } from './caller.ts'
import { credentialAdded, sealedIn } from './credential.ts'
import { crossing, headerRules, requireSendable } from './request-headers.ts'
import { queryMaker, upstreamPath } from './upstream-target.ts'

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

/** What the gateway says of the call as it came, unless the proxies before it may say so themselves. */
const toldUnlessPassed = (pass: readonly string[]) => ({
  scheme: !pass.includes('x-forwarded-proto'),
  host: !pass.includes('x-forwarded-host'),
})

type Prepare = (view: View) => Outgoing

/** A credential that comes with the caller's token is worked out once a token, which are remembered as long as they are in use. */
function makePrepare(route: Setting, rule: ForwardRule): Prepare {
  const { credential } = rule
  if (credential !== 'sealed') return prepareWith(route, rule, credential)
  const prepared = new WeakMap<Grant, Prepare>()
  return view => {
    const granted = sealedIn(view.principal)
    const prepare = prepared.get(granted) ?? prepareWith(route, rule, granted.credential)
    prepared.set(granted, prepare)
    return prepare(view)
  }
}

function prepareWith(route: Setting, rule: ForwardRule, credential: UpstreamCredential | undefined): Prepare {
  const places = route.identify.places.map(({ place }) => place)
  const own = credentialAdded(credential)
  const ownNames = own.headers.filter((_, i) => i % 2 === 0)
  if (rule.caller !== undefined) requireSendable(rule.caller.header)
  const rules = headerRules(rule.pass, places, rule.caller === undefined ? ownNames : [...ownNames, rule.caller.header])
  const queryOf = queryMaker(places, own.parameter)
  const told = toldUnlessPassed(rule.pass)
  const { host } = new URL(rule.origin)
  return ({ call, principal }) => {
    const headers = crossing(call.headers, rules)
    headers.push('Host', host, 'Via', '1.1 sallyport')
    if (told.scheme) headers.push('X-Forwarded-Proto', call.scheme)
    if (told.host) headers.push('X-Forwarded-Host', call.host)
    if (call.ip !== undefined) headers.push('X-Forwarded-For', call.ip)
    headers.push('Sallyport-Call-Id', call.id, ...own.headers)
    const clientId = call.headers.get('sallyport-call-id')
    if (clientId !== undefined) headers.push('Client-Call-Id', clientId)
    if (rule.caller !== undefined)
      headers.push(rule.caller.header, callerToken(call, principal, rule.origin, route.ports))
    const path = upstreamPath(call.target.path, route, rule.base) + queryOf(call.target.query)
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
  let started = ports.clock.elapsed()
  const send = (outgoing: Outgoing) => {
    started = ports.clock.elapsed()
    return ports.upstreams.send(outgoing, responder.rule)
  }
  const answered = (reply: Reply) => {
    const upstreamMs = ports.clock.elapsed() - started
    return after(replied(reply, cleared), seen => grant<Answered>({ cleared, reply: seen, upstreamMs }))
  }
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'forward', undefined, cleared)
  }
  try {
    const reply = after(prepared(responder.prepare(view), cleared), send)
    return reply instanceof Promise ? reply.then(answered, refuse) : answered(reply)
  } catch (error) {
    return refuse(error)
  }
}

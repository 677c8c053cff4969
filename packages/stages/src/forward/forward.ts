import {
  after,
  attempt,
  type Destination,
  type ForwardRule,
  type Grant,
  type Handler,
  type Outgoing,
  type Principal,
  type Reply,
  type UpstreamCredential,
  type View,
} from '@sallyport/core'
import { prepared, replied } from '../hooks.ts'
import type { Identification } from '../identify/identification.ts'
import { type Answered, type Cleared, grant } from '../passed.ts'
import type { StagePorts } from '../ports.ts'
import { type Needles, needlesOf } from '../protect/mask/needles.ts'
import { refusalAt } from '../refusal.ts'
import { AnswerCache } from './cache/cache.ts'
import { callerToken } from './caller.ts'
import { credentialAdded, sealedIn } from './credential.ts'
import { ownAnswers } from './own.ts'
import { crossing, headerRules, requireSendable } from './request-headers.ts'
import { queryMaker, upstreamPath } from './upstream-target.ts'

/** Who answers a route. What does not depend on the call is worked out at load. */
export type Responder =
  | {
      readonly kind: 'upstream'
      readonly rule: ForwardRule
      readonly prepare: Prepare
      /** What of the credential that the caller's token brought must not come back. */
      readonly masks: (principal: Principal) => Needles | undefined
      /** Where the route keeps answers. */
      readonly cache: AnswerCache | undefined
    }
  | { readonly kind: 'local'; readonly reply: Reply }
  | { readonly kind: 'handler'; readonly answer: Handler }

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

/** What asks for codings, or for a part of an answer that may begin within a credential (RFC 9110 section 14.2). */
const unreadable = ['accept-encoding', 'range', 'if-range']

type Prepare = (view: View) => Outgoing
type ToUpstream = Extract<Responder, { readonly kind: 'upstream' }>
type Sending = Pick<ToUpstream, 'prepare' | 'masks'>

const nothing = () => undefined

/** A credential that comes with the caller's token is worked out once a token, which are remembered as long as they are in use. */
function makeSending(route: Setting, rule: ForwardRule): Sending {
  const { credential } = rule
  if (credential !== 'sealed') return { prepare: prepareWith(route, rule, credential, []), masks: nothing }
  const known = new WeakMap<Grant, { readonly prepare: Prepare; readonly needles: Needles | undefined }>()
  const made = (principal: Principal) => {
    const granted = sealedIn(principal)
    const kept = known.get(granted)
    if (kept !== undefined) return kept
    const needles = granted.credential && needlesOf(granted.credential)
    const unasked = needles === undefined ? [] : unreadable
    const sealed = { prepare: prepareWith(route, rule, granted.credential, unasked), needles }
    known.set(granted, sealed)
    return sealed
  }
  return {
    prepare: view => made(view.principal).prepare(view),
    masks: principal => made(principal).needles,
  }
}

/** `unasked` names fields that stay here because they ask for answers in which nothing could be masked. */
function prepareWith(
  route: Setting,
  rule: ForwardRule,
  credential: UpstreamCredential | undefined,
  unasked: readonly string[],
): Prepare {
  const places = route.identify.places.map(({ place }) => place)
  const own = credentialAdded(credential)
  const ownNames = own.headers.filter((_, i) => i % 2 === 0)
  if (rule.caller !== undefined) requireSendable(rule.caller.header)
  const withheld = [...ownNames, ...unasked]
  const rules = headerRules(rule.pass, places, rule.caller === undefined ? withheld : [...withheld, rule.caller.header])
  const queryOf = queryMaker(places, own.parameter)
  const told = toldUnlessPassed(rule.pass)
  const { host, protocol } = new URL(rule.origin)
  const scheme = protocol === 'https:' ? 'https' : 'http'
  return ({ call, principal }) => {
    const headers = crossing(call.headers, rules)
    headers.push('Host', host, 'Via', '1.1 sallyport')
    if (unasked.length > 0) headers.push('Accept-Encoding', 'identity')
    if (told.scheme) headers.push('X-Forwarded-Proto', call.scheme)
    if (told.host) headers.push('X-Forwarded-Host', call.host)
    if (call.ip !== undefined) headers.push('X-Forwarded-For', call.ip)
    headers.push('Sallyport-Call-Id', call.id, ...own.headers)
    const clientId = call.headers.get('sallyport-call-id')
    if (clientId !== undefined) headers.push('Client-Call-Id', clientId)
    if (rule.caller !== undefined)
      headers.push(rule.caller.header, callerToken(call, principal, rule.origin, route.ports))
    const path = upstreamPath(call.target.path, route, rule.base) + queryOf(call.target.query)
    return { method: call.method, scheme, path, headers, body: call.body, maxBody: route.maxBody }
  }
}

function upstreamResponder(route: Setting, rule: ForwardRule): ToUpstream {
  const { cache } = rule
  const kept = cache === undefined ? undefined : new AnswerCache(route.apiPath, rule, cache, route.ports)
  return { kind: 'upstream', rule, ...makeSending(route, rule), cache: kept }
}

export function makeResponder(route: Setting, destination: Destination): Responder {
  if ('upstream' in destination) return upstreamResponder(route, destination.upstream)
  if ('own' in destination) {
    const answer = ownAnswers[destination.own]
    return { kind: 'handler', answer: ({ call }) => answer(call, route.ports) }
  }
  if ('handler' in destination) return { kind: 'handler', answer: destination.handler }
  const { contentType, body } = destination.local
  return { kind: 'local', reply: { kind: 'answer', status: 200, headers: ['Content-Type', contentType], body } }
}

/** The answer of a route that keeps some: the guards before protect see it whether or not it was kept. */
function fromCache(cleared: Cleared, prepare: Prepare, cache: AnswerCache): Answered | Promise<Answered> {
  const { view } = cleared
  const outgoing = prepared(prepare(view), cleared)
  const fetched = after(outgoing, seen => cache.answer(seen, view))
  return after(fetched, ({ reply, use, upstreamMs }) =>
    after(replied(reply, cleared), seen => grant<Answered>({ cleared, reply: seen, upstreamMs, cache: use })),
  )
}

/** Who answers, and with which credential? Takes only what inspect cleared. */
export function forward(cleared: Cleared): Answered | Promise<Answered> {
  const { view } = cleared
  const { responder, ports } = cleared.counted.authorized.identified.admitted.route
  const here = (reply: Reply) => grant<Answered>({ cleared, reply, upstreamMs: undefined, cache: undefined })
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'forward', undefined, cleared)
  }
  if (responder.kind === 'local') return here(responder.reply)
  if (responder.kind === 'handler') {
    const { answer } = responder
    return attempt(() => after(answer(view), here), refuse)
  }
  let started = ports.clock.elapsed()
  const send = (outgoing: Outgoing) => {
    started = ports.clock.elapsed()
    return ports.upstreams.send(outgoing, responder.rule)
  }
  const answered = (reply: Reply) => {
    const upstreamMs = ports.clock.elapsed() - started
    return after(replied(reply, cleared), seen =>
      grant<Answered>({ cleared, reply: seen, upstreamMs, cache: undefined }),
    )
  }
  const { prepare, cache } = responder
  if (cache !== undefined) return attempt(() => fromCache(cleared, prepare, cache), refuse)
  return attempt(() => after(after(prepared(prepare(view), cleared), send), answered), refuse)
}

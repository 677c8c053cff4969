import {
  type Arrival,
  after,
  type Call,
  type ForwardRule,
  type Guard,
  HeaderList,
  type Leaving,
  Problem,
  type Reply,
  remembered,
  type View,
} from '@sallyport/core'
import { credentialFor } from '../forward/credential.ts'
import { connectionNames, hopByHop } from '../forward/hop-by-hop.ts'
import { leavingFields, protectedReply } from '../hooks.ts'
import { challenged } from '../identify/challenge.ts'
import type { Made } from '../judge.ts'
import { limitHeaders } from '../limit/headers.ts'
import { type Answered, type Counted, progressOf } from '../passed.ts'
import type { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import type { Routes } from '../routes.ts'
import { rewriteCookie, rewriteLocation } from './location.ts'
import { maskBody, maskField } from './mask/mask-reply.ts'
import type { Needles } from './mask/needles.ts'
import { outsideOf } from './outside.ts'
import { withoutOwn } from './own-credential.ts'
import { renderProblem } from './refuse.ts'

type Rewriter = (value: string, call: Call, route: Route, rule: ForwardRule) => string | undefined

const location: Rewriter = (value, { target }, route, rule) => rewriteLocation(value, target.path, route, rule)

const rewriters: ReadonlyMap<string, Rewriter> = new Map([
  ['location', location],
  ['content-location', location],
  ['set-cookie', (value, _, route, rule) => rewriteCookie(value, route, rule)],
])

/** Where the gateway tells how its own limits stand, the upstream's words on its limits would contradict it. */
const limitNames: ReadonlySet<string> = new Set([
  'ratelimit',
  'ratelimit-policy',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
])

/** The gateway's own words, and what it alone tells browsers (Fetch section 3.3.3): who may read answers is no upstream's to say. */
const ownFamily = /^(?:sallyport|access-control)-/

/** What happens to a field of this name that an upstream sent. */
const fateOf = remembered(name => ({
  stays: hopByHop.has(name) || ownFamily.test(name),
  limits: limitNames.has(name),
  rewrite: rewriters.get(name),
}))

/** An answer of an upstream on its way out. */
interface Leave {
  readonly fields: HeaderList
  readonly view: View
  readonly route: Route
  readonly rule: ForwardRule
  /** Whether the gateway tells how its own limits stand. */
  readonly limited: boolean
  /** What of the caller's sealed credential must not be seen. */
  readonly needles: Needles | undefined
}

/** The upstream's fields that may leave, as the caller has to see them. */
function leaving({ fields, view, route, rule, limited, needles }: Leave): string[] {
  const { call, principal } = view
  const credential = credentialFor(rule, principal)
  const named = connectionNames(fields)
  const left: string[] = []
  for (let i = 0; i < fields.names.length; i++) {
    const name = fields.names[i] ?? ''
    const { stays, limits, rewrite } = fateOf(name)
    if (stays || named.has(name) || (limited && limits)) continue
    const written = fields.raw[i * 2] ?? ''
    const seen = rewrite === undefined ? fields.valueAt(i) : rewrite(fields.valueAt(i), call, route, rule)
    const value = seen && withoutOwn(seen, rewrite === location, credential)
    const masked = value === undefined || needles === undefined ? value : maskField(name, written, value, needles)
    if (masked !== undefined) left.push(written, masked)
  }
  return left
}

function counterHeaders({ limits, takes, levels, authorized }: Counted): readonly string[] {
  const { route, call, edge } = authorized.identified.admitted
  if (edge.takes.length === 0) return takes.length === 0 ? [] : limitHeaders(limits, takes, levels, call.at)
  const all = [...route.admitLimit, ...limits]
  return limitHeaders(all, [...edge.takes, ...takes], [...edge.levels, ...levels], call.at)
}

type Request = Omit<Leaving, 'status' | 'body'>

function leave(reply: Reply, guards: readonly Made<Guard>[], request: Request): Reply {
  if (guards.length === 0) return reply
  const { status, kind } = reply
  const body = kind === 'answer' ? reply.body : undefined
  return { ...reply, headers: leavingFields(guards, reply.headers, { ...request, status, body }) }
}

function requestOf({ method, headers, scheme, target: { path, query } }: Call): Request {
  const target = query === undefined ? path : `${path}?${query}`
  return { method, headers, encrypted: scheme === 'https', target }
}

/** What guards are told of an answer that leaves. */
const leavingOf = (view: View, { site }: Route): Request => ({ ...requestOf(view.call), answered: { view, site } })

/** What may leave? The last look at an answer. */
export function protect(answered: Answered): Reply | Promise<Reply> {
  const { counted } = answered.cleared
  const { admitted, view } = counted.authorized.identified
  const { call, route } = admitted
  const { reply } = answered
  const { responder } = route
  const counts = counterHeaders(counted)
  const own = [...counts, 'Sallyport-Call-Id', call.id]
  const withOwn = (seen: Reply): Reply =>
    leave({ ...seen, headers: [...seen.headers, ...own] }, route.hooks.leave, leavingOf(view, route))
  if (responder.kind === 'local') return withOwn(reply)
  if (responder.kind === 'handler') return after(protectedReply(reply, answered), withOwn)
  const fields = new HeaderList(reply.headers)
  const needles = responder.masks(view.principal)
  const headers = leaving({ fields, view, route, rule: responder.rule, limited: counts.length > 0, needles })
  const masked = needles === undefined ? reply : maskBody(reply, fields, needles)
  return after(protectedReply({ ...masked, headers }, answered), withOwn)
}

/** What is known of a call that was refused before it was a Call. */
interface Come {
  readonly id: string
  readonly arrival: Arrival
  readonly routes: Routes
}

/** A refusal on its way out: the challenges and limits of its route come with it. */
export function protectRefusal(refusal: Refusal, { id, arrival, routes }: Come): Reply {
  const { route, counted } = progressOf(refusal.passed)
  const problem = route === undefined ? refusal.problem : challenged(refusal.problem, route, refusal.rule)
  const counts = counted === undefined ? [] : counterHeaders(counted)
  const around = route === undefined ? outsideOf(routes, arrival) : { outside: route.hooks.leave, errors: route.errors }
  const reply = renderProblem(problem, refusal.stage, id, around.errors)
  const { method, rawHeaders, encrypted, target } = arrival
  const request = { method, headers: new HeaderList(rawHeaders), encrypted, target }
  return leave({ ...reply, headers: [...reply.headers, ...counts] }, around.outside, request)
}

/** What is known of a request that could not be read. */
interface Unread {
  readonly id: string
  readonly routes: Routes
  readonly encrypted: boolean
}

const noFields = new HeaderList([])

/** The refusal of what could not be read as a request: it leads nowhere. */
export function protectUnreadable(problem: Problem, { id, routes, encrypted }: Unread): Reply {
  const request = { method: '', headers: noFields, encrypted, target: '' }
  try {
    return leave(renderProblem(problem, 'admit', id), routes.outside, request)
  } catch {
    return bareReply(id)
  }
}

/** What leaves when even that fails: nothing but a status and the id. */
export function bareReply(id: string): Reply {
  return renderProblem(new Problem('internal', {}, 'protect failed'), 'protect', id)
}

import {
  type AdmitGuard,
  type Arrival,
  type Call,
  type HeaderList,
  Problem,
  readTarget,
  type Taken,
  type Target,
} from '@sallyport/core'
import { isPreflight } from '../browsers/preflight.ts'
import { judge } from '../judge.ts'
import { counted } from '../limit/counted.ts'
import { requireTaken, takesOf } from '../limit/limit.ts'
import { type Admitted, type Counts, grant } from '../passed.ts'
import { refusalAt } from '../refusal.ts'
import type { Route } from '../route.ts'
import type { Routes, Served } from '../routes.ts'
import { findApi, findBranch, withMethod } from './find.ts'
import { readFraming } from './framing.ts'
import { originForm, readHost } from './host.ts'
import { select } from './select.ts'

/** What a listener knows before it asks: who numbers calls, what time it is, who the peer stands for. */
export interface Entrance {
  readonly id: string
  readonly at: number
  readonly routes: Routes
  readonly addressOf: (peer: string | undefined, headers: HeaderList) => string | undefined
  /** Whether nothing is taken of limits. */
  readonly uncounted?: boolean
}

const nothing: Counts = { takes: [], levels: [] }

const check = (guard: AdmitGuard, call: Call) => guard.check(call)

function requireFit(call: Call, route: Route): void {
  const { length } = call.body
  if (length === undefined || length <= route.maxBody) return
  throw new Problem(
    'body-too-large',
    { detail: `at most ${route.maxBody} bytes` },
    `a body of ${length} bytes was announced`,
  )
}

/** Limits that need no caller are taken before anything is spent on telling who calls. */
function takeRoom(call: Call, route: Route): Counts | Promise<Counts> {
  if (route.admitLimit.length === 0) return nothing
  const takes = takesOf(route.admitLimit, call, undefined)
  const settle = (taken: Taken): Counts => {
    requireTaken(route.admitLimit, takes, taken, call.at)
    return { takes, levels: taken.levels }
  }
  return counted(route.ports.edgeCounters.take(takes, call.at), settle)
}

function judged(call: Call, route: Route, uncounted: boolean): Admitted | Promise<Admitted> {
  const bare = grant<Admitted>({ call, route, edge: nothing })
  const admitted = (edge: Counts) => (edge === nothing ? bare : grant<Admitted>({ call, route, edge }))
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'admit', undefined, bare)
  }
  try {
    requireFit(call, route)
    const room = () => (uncounted ? nothing : takeRoom(call, route))
    const guards = judge('admit', route.admit, check, call, bare)
    const taken = guards === undefined ? room() : guards.then(room)
    return taken instanceof Promise ? taken.then(admitted).catch(refuse) : admitted(taken)
  } catch (error) {
    return refuse(error)
  }
}

const servedTo = (routes: Routes, { encrypted }: Arrival): Served => (encrypted ? routes : (routes.plain ?? routes))

/** A CORS preflight (Fetch section 3.3.2) is its API's to answer, before anything of its path is known. */
function preflightRoute(served: Served, { segments }: Target, method: string, headers: HeaderList): Route | undefined {
  if (method !== 'OPTIONS' || !isPreflight(headers)) return undefined
  return findApi(served, segments)?.preflight
}

/** May this request come in at all? Reads it once, finds its operation, and makes the Call. */
export function admit(arrival: Arrival, entrance: Entrance): Admitted | Promise<Admitted> {
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'admit', undefined, undefined)
  }
  try {
    const { routes, uncounted = false } = entrance
    const headers = readFraming(arrival)
    const host = readHost(headers, routes.gateway)
    const target = readTarget(originForm(arrival.target, host))
    const served = servedTo(routes, arrival)
    const preflight = preflightRoute(served, target, arrival.method, headers)
    if (preflight !== undefined)
      return judged(callOf(arrival, entrance, headers, host, target, preflight, {}), preflight, uncounted)
    const found = findBranch(served, target)
    const { method, body } = arrival
    const made = (route: Route, asked: readonly string[] | undefined) =>
      judged(callOf(arrival, entrance, headers, host, target, route, found.parameters, asked), route, uncounted)
    const sent = { id: entrance.id, method, headers, target, body }
    const selected = select(withMethod(found.branch, method), sent, routes.held, made)
    return selected instanceof Promise ? selected.catch(refuse) : selected
  } catch (error) {
    return refuse(error)
  }
}

function callOf(
  arrival: Arrival,
  entrance: Entrance,
  headers: HeaderList,
  host: string,
  target: Target,
  route: Route,
  parameters: Readonly<Record<string, string>>,
  asked?: readonly string[],
): Call {
  return {
    id: entrance.id,
    at: entrance.at,
    method: arrival.method,
    target,
    headers,
    host,
    scheme: arrival.encrypted ? 'https' : 'http',
    ip: entrance.addressOf(arrival.peer, headers),
    api: route.api,
    labels: route.labels,
    geo: route.ports.gateway.geo,
    operation: route.operation,
    parameters,
    asked,
    body: route.copied?.(arrival.body, entrance.id) ?? arrival.body,
  }
}

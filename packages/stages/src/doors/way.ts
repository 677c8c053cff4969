import { type Arrival, after, type Principal, Problem, type Reply } from '@sallyport/core'
import { admit, type Entrance } from '../admit/admit.ts'
import { answerBy, type Stages } from '../answer.ts'
import { authorize } from '../authorize/authorize.ts'
import { callerToken } from '../forward/caller.ts'
import { meaningOther } from '../forward/request-headers.ts'
import { identify } from '../identify/identify.ts'
import { inspect } from '../inspect/inspect.ts'
import { limit } from '../limit/limit.ts'
import {
  type Admitted,
  type Answered,
  type Authorized,
  type Cleared,
  type Counted,
  grant,
  type Identified,
} from '../passed.ts'
import { protectRefusal } from '../protect/protect.ts'
import { Refusal, refusalAt } from '../refusal.ts'
import type { Way } from '../way.ts'

/** What a door judges. */
export interface Bounds {
  /** Whether calls of this API are judged here. */
  readonly serves: (api: string) => boolean
  /** The status by which a refusal leaves, by the status that it has. */
  readonly statusOf: (status: number) => number
}

/** Only what is forwarded elsewhere is judged for others: the gateway's own answers aren't theirs to give. */
function requireServed(admitted: Admitted, { serves }: Bounds): Admitted {
  const { api, responder } = admitted.route
  if (responder.kind === 'upstream' && serves(api)) return admitted
  throw refusalAt(new Problem('route-unknown', {}, `${api} is not judged at this door`), 'admit', undefined, admitted)
}

/** Whoever asks forwards the path as it was sent: it has to be the one that was judged. */
function requireWritten(admitted: Admitted, { target }: Arrival): Admitted {
  const mark = target.indexOf('?')
  const written = mark < 0 ? target : target.slice(0, mark)
  if (admitted.call.target.path === written) return admitted
  const problem = new Problem('target-ambiguous', {}, 'the path is written otherwise than it is judged')
  throw refusalAt(problem, 'admit', undefined, admitted)
}

/** Whoever asks forwards all fields of the call: none may make another request of it for who reads them. */
function requireOne(admitted: Admitted): Admitted {
  const { route, call } = admitted
  const name = meaningOther(call.headers, route.responder.kind === 'upstream' ? route.responder.rule.pass : [])
  if (name === undefined) return admitted
  const problem = new Problem('target-ambiguous', {}, `${name} names another request than the one that is judged`)
  throw refusalAt(problem, 'admit', undefined, admitted)
}

const admitAt =
  (bounds: Bounds): Way['admit'] =>
  (arrival: Arrival, entrance: Entrance) =>
    after(admit(arrival, entrance), admitted => requireOne(requireServed(requireWritten(admitted, arrival), bounds)))

/** Whoever asked is told that the call may go on, and whose it is where `forward.caller` says so. */
function allowed(cleared: Cleared): Reply {
  const { admitted, view } = cleared.counted.authorized.identified
  const { responder, ports } = admitted.route
  const own = ['Cache-Control', 'no-store', 'Sallyport-Call-Id', view.call.id]
  if (responder.kind !== 'upstream' || responder.rule.caller === undefined)
    return { kind: 'answer', status: 204, headers: own, body: '' }
  const { caller, origin } = responder.rule
  const token = callerToken(view.call, view.principal, origin, ports)
  return { kind: 'answer', status: 204, headers: [...own, caller.header, token], body: '' }
}

const answeredBy =
  (reply: (cleared: Cleared) => Reply) =>
  (cleared: Cleared): Answered =>
    grant<Answered>({ cleared, reply: reply(cleared), upstreamMs: undefined, cache: undefined })

const yes: Reply = { kind: 'answer', status: 204, headers: [], body: '' }

function refusedAs(refusal: Refusal, { statusOf }: Bounds): Refusal {
  const { problem, stage, rule, passed } = refusal
  const { code, shown, reason, alert } = problem
  return new Refusal(
    new Problem(code, { ...shown, status: statusOf(problem.status) }, reason, alert),
    stage,
    rule,
    passed,
  )
}

const wayBy = (bounds: Bounds, stages: Stages): Way => ({
  admit: admitAt(bounds),
  answer: answerBy(stages),
  protect: ({ reply }) => reply,
  protectRefusal: (refusal, come) => protectRefusal(refusedAs(refusal, bounds), come),
})

/** The way of a call that somebody else forwards: judged as any other, limits taken. */
export const judgedWay = (bounds: Bounds): Way =>
  wayBy(bounds, { identify, authorize, limit, inspect, forward: answeredBy(allowed) })

/** Of whom, and for when, it is asked whether they may. */
export interface Supposed {
  readonly principal: (admitted: Admitted) => Principal
  /** Milliseconds since the epoch, where it isn't now. */
  readonly at: number | undefined
  /** Told of a refusal. */
  readonly refused: (refusal: Refusal) => void
}

function supposed(admitted: Admitted, { principal, at }: Supposed): Identified {
  try {
    const call = at === undefined ? admitted.call : { ...admitted.call, at }
    return grant<Identified>({ admitted, view: { call, principal: principal(admitted) } })
  } catch (error) {
    throw refusalAt(error, 'admit', undefined, admitted)
  }
}

/** The way of a question whether somebody may: only the rights are judged, nothing is taken. */
export const askedWay = (bounds: Bounds, asked: Supposed): Way => ({
  ...wayBy(bounds, {
    identify: admitted => supposed(admitted, asked),
    authorize,
    limit: (authorized: Authorized) => grant<Counted>({ authorized, limits: [], takes: [], levels: [] }),
    inspect: (counted: Counted) => grant<Cleared>({ counted, view: counted.authorized.identified.view }),
    forward: answeredBy(() => yes),
  }),
  admit: (arrival, entrance) => admitAt(bounds)(arrival, { ...entrance, uncounted: true }),
  protectRefusal(refusal, come) {
    asked.refused(refusal)
    return protectRefusal(refusal, come)
  },
})

import type { ImaginedCall, ImaginedRequest } from '@sallyport/contract'
import {
  type Arrival,
  bodiless,
  type CallEvent,
  type Clock,
  type ForwardRule,
  leavesOf,
  type Method,
  noBody,
  type Outgoing,
  type Principal,
  Problem,
  type Rule,
  type Snapshot,
} from '@sallyport/core'
import type { JwtVerifier } from '@sallyport/tokens'
import { handle } from '../handle.ts'
import type { Issuer, StagePorts } from '../ports.ts'
import { readingPorts } from '../reading-ports.ts'
import { buildRoutes } from '../routes.ts'
import { withoutAnswers } from './answers.ts'
import { imaginedArrival, withCredential } from './arrival.ts'
import { asCaller } from './caller.ts'

/** The rules in force, and what their guards were made with. */
export interface ImagineSetting {
  readonly snapshot: Snapshot<StagePorts, Issuer>
  readonly ports: StagePorts
  /** A verifier that judges an issuer's tokens by this clock: for a call at another time. */
  readonly verifierOf: (issuer: Issuer, clock: Clock) => JwtVerifier<Principal>
}

/** What became of an imagined call. */
export interface Imagined {
  readonly event: CallEvent
  /** What would have been sent on, where it was to be. */
  readonly request: ImaginedRequest | undefined
  /** Whether a handler would have answered: it isn't run. */
  readonly handled: boolean
  /** What can't be known of a call that isn't made, a sentence each. */
  readonly unknown: readonly string[]
}

function requestOf(outgoing: Outgoing, rule: ForwardRule): ImaginedRequest {
  const mark = outgoing.path.indexOf('?')
  const path = mark < 0 ? outgoing.path : outgoing.path.slice(0, mark)
  const pairs = mark < 0 ? [] : outgoing.path.slice(mark + 1).split('&')
  return {
    method: outgoing.method,
    url: rule.origin + path,
    parameters: pairs.map(pair => pair.split('=')[0] ?? ''),
    headers: outgoing.headers.filter((_, i) => i % 2 === 0),
  }
}

interface Seen {
  event?: CallEvent
  request?: ImaginedRequest
  handled: boolean
  /** The rules that would have judged the answer. */
  answerRules: string[]
  /** Whom outside of this process rules would have asked. */
  unasked: string[]
}

function unknownOf({ method, body }: Arrival, { answerRules, unasked }: Seen): string[] {
  return [
    ...(bodiless.has(method) || body.length !== 0
      ? []
      : ['what would be made of its body: it is imagined without one']),
    ...unasked.map(whom => `what ${whom} would say: it is not asked, and taken to permit`),
    ...answerRules.map(name => `what ${name} would make of the answer: there is none`),
  ]
}

/** Ports that read and never write; what would have been written is seen. */
function seeingPorts({ ports, verifierOf }: ImagineSetting, at: number, seen: Seen): StagePorts {
  const clock: Clock = { now: () => at, elapsed: () => 0 }
  return {
    ...readingPorts(ports),
    clock,
    verifierOf: issuer => verifierOf(issuer, clock),
    upstreams: {
      send(outgoing, rule) {
        seen.request = requestOf(outgoing, rule)
        return { kind: 'answer', status: 200, headers: [], body: '' }
      },
    },
    hearsAnswered: () => true,
    record(event) {
      seen.event = event
    },
  }
}

type Judge = (arrival: Arrival) => Promise<Imagined>

/** Judges arrivals by routes of their own, one after the other. */
async function judgeAt(at: number, ip: string | undefined, setting: ImagineSetting): Promise<Judge> {
  const seen: Seen = { handled: false, answerRules: [], unasked: [] }
  const ports = seeingPorts(setting, at, seen)
  const rules = withoutAnswers(setting.snapshot, {
    rule: name => seen.answerRules.push(name),
    asked: whom => seen.unasked.push(whom),
    handler() {
      seen.handled = true
    },
  })
  const routes = await buildRoutes(rules, ports)
  return async arrival => {
    delete seen.request
    seen.handled = false
    seen.answerRules = []
    seen.unasked = []
    const judged = await handle(arrival, { ports, routes: () => routes, addressOf: () => ip })
    await judged.finish({ end: 'complete', bytesIn: 0, bytesOut: 0 })
    const { event, request, handled } = seen
    if (event === undefined) throw new Problem('internal', {}, 'an imagined call left no event')
    return { event, request, handled, unknown: unknownOf(arrival, seen) }
  }
}

/** The methods of the operation that a call led to. */
function methodsOf({ api, operation }: CallEvent, { snapshot, ports }: ImagineSetting): Method[] {
  const found = snapshot.apis.find(({ name }) => name === api)?.operations.find(({ id }) => id === operation)
  if (found === undefined) return []
  return leavesOf<Rule<StagePorts, Method>>(found.identify).map(rule => rule.create(ports, rule))
}

/**
 * What would become of a call: the same stages and guards as for a real one. Nothing is counted, sent or recorded.
 * A credential is put where the operation reads it, which a first look without one tells.
 */
export async function imagine(call: ImaginedCall, setting: ImagineSetting, body = noBody): Promise<Imagined> {
  const { snapshot, ports } = setting
  const at = call.at === undefined ? ports.clock.now() : Date.parse(call.at)
  const rules = call.as === undefined ? snapshot : asCaller(snapshot, call.as, ports)
  const judge = await judgeAt(at, call.ip, { ...setting, snapshot: rules })
  const arrival = imaginedArrival(call, snapshot.gateway, body)
  const bare = await judge(arrival)
  if (call.credential === undefined) return bare
  return judge(withCredential(arrival, call.credential, methodsOf(bare.event, setting)))
}

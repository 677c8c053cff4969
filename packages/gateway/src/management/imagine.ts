import type { ImaginedCall, ImaginedRequest } from '@sallyport/contract'
import {
  type Arrival,
  type CallEvent,
  type Clock,
  type Counters,
  type ForwardRule,
  type GuardState,
  leavesOf,
  type Method,
  type Outgoing,
  type Principal,
  Problem,
  type Rule,
  type Snapshot,
} from '@sallyport/core'
import { type AnswerStore, buildRoutes, handle, type Issuer, noAnswers, type StagePorts } from '@sallyport/stages'
import type { JwtVerifier } from '@sallyport/tokens'
import { bodiless } from '../bodiless.ts'
import { withoutAnswers } from './imagined-answers.ts'
import { arrivalOf, withCredential } from './imagined-arrival.ts'
import { asCaller } from './imagined-caller.ts'

/** The rules in force, and what their guards were made with. */
export interface ImagineSetting {
  readonly snapshot: Snapshot<StagePorts, Issuer>
  readonly ports: StagePorts
  /** A verifier that judges an issuer's tokens by this clock: for a call at another time. */
  readonly verifierOf: (issuer: Issuer, clock: Clock) => JwtVerifier<Principal>
}

/** What became of an imagined call; `request` where it would have been sent on. */
export interface Imagined {
  readonly event: CallEvent
  readonly request: ImaginedRequest | undefined
  /** What can't be known of a call that isn't made, a sentence each. */
  readonly unknown: readonly string[]
}

/** Limits stand where they stand: what an imagined call would take is looked at and left. */
const untouched = (counters: Counters): Counters => ({
  take: (takes, now) => counters.peek(takes, now),
  peek: (takes, now) => counters.peek(takes, now),
  release() {
    return
  },
})

/** What guards remember is looked at and left, and nothing is held. */
const unchanged = (state: GuardState): GuardState => ({
  get: key => state.get(key),
  async put() {
    // Nothing came of the call.
  },
  hold: () => () => undefined,
})

/** What is kept of upstreams' answers serves, and stays as it is. */
const unkept = (answers: AnswerStore): AnswerStore => ({
  ...noAnswers,
  slot: asked => answers.slot(asked),
  moment: () => answers.moment(),
  find: (slot, place) => answers.find(slot, place),
})

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
  /** The rules that would have judged the answer. */
  answerRules: string[]
}

function unknownOf({ method }: Arrival, { answerRules }: Seen): string[] {
  return [
    ...(bodiless.has(method) ? [] : ['what would be made of its body: it is imagined without one']),
    ...answerRules.map(name => `what ${name} would make of the answer: there is none`),
  ]
}

/** Ports that read and never write; what would have been written is seen. */
function readingPorts({ ports, verifierOf }: ImagineSetting, at: number, seen: Seen): StagePorts {
  const clock: Clock = { now: () => at, elapsed: () => 0 }
  return {
    ...ports,
    clock,
    counters: untouched(ports.counters),
    edgeCounters: untouched(ports.edgeCounters),
    answers: unkept(ports.answers),
    stateOf: rule => unchanged(ports.stateOf(rule)),
    verifierOf: issuer => verifierOf(issuer, clock),
    magicTokens: { ...ports.magicTokens, isFirstUse: () => true, revoke: async () => undefined },
    isFirstUse: () => true,
    upstreams: {
      send(outgoing, rule) {
        seen.request = requestOf(outgoing, rule)
        return { kind: 'answer', status: 200, headers: [], body: '' }
      },
    },
    record(event) {
      seen.event = event
    },
  }
}

type Judge = (arrival: Arrival) => Promise<Imagined>

/** Judges arrivals by routes of their own, one after the other. */
async function judgeAt(at: number, ip: string | undefined, setting: ImagineSetting): Promise<Judge> {
  const seen: Seen = { answerRules: [] }
  const ports = readingPorts(setting, at, seen)
  const rules = withoutAnswers(setting.snapshot, rule => seen.answerRules.push(rule))
  const routes = await buildRoutes(rules, ports)
  return async arrival => {
    delete seen.request
    seen.answerRules = []
    const handled = await handle(arrival, { ports, routes: () => routes, addressOf: () => ip })
    handled.finish({ end: 'complete', bytesIn: 0, bytesOut: 0 })
    if (seen.event === undefined) throw new Problem('internal', {}, 'an imagined call left no event')
    return { event: seen.event, request: seen.request, unknown: unknownOf(arrival, seen) }
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
export async function imagine(call: ImaginedCall, setting: ImagineSetting): Promise<Imagined> {
  const { snapshot, ports } = setting
  const at = call.at === undefined ? ports.clock.now() : Date.parse(call.at)
  const rules = call.as === undefined ? snapshot : asCaller(snapshot, call.as, ports.sets)
  const judge = await judgeAt(at, call.ip, { ...setting, snapshot: rules })
  const arrival = arrivalOf(call, snapshot.gateway)
  const bare = await judge(arrival)
  if (call.credential === undefined) return bare
  return judge(withCredential(arrival, call.credential, methodsOf(bare.event, setting)))
}

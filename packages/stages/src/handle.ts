import {
  type Arrival,
  after,
  type HeaderList,
  type Outcome,
  type Problem,
  type Reply,
  type Take,
} from '@sallyport/core'
import { tellDone } from './hooks.ts'
import { type Answered, type Passed, progressOf } from './passed.ts'
import type { StagePorts } from './ports.ts'
import { bareReply, protectUnreadable } from './protect/protect.ts'
import { endOf, eventOf, unreadableEvent } from './record/record.ts'
import { verdictOf } from './record/security-line.ts'
import { type Refusal, refusalAt } from './refusal.ts'
import type { Routes } from './routes.ts'
import { usualWay, type Way } from './way.ts'

/** A call's answer, and what must be told once, when its body has ended, failed or been abandoned. */
export interface Handled {
  readonly id: string
  readonly reply: Reply
  /** Resolves when it is in the record, where that waits for what rules say that are tried; no call does. It never rejects. */
  finish(outcome: Outcome): void | Promise<void>
}

/** What a door needs to judge calls. `routes` is asked anew for each call, so a reload takes hold at once. */
export interface Door {
  /** What records call it by, where it isn't the one that callers come to. */
  readonly name?: string
  readonly ports: StagePorts
  routes(): Routes
  addressOf(peer: string | undefined, headers: HeaderList): string | undefined
  /** Where somebody watches the stages. */
  readonly way?: Way
}

/** What is known of a call before anything was judged. */
interface Begun {
  readonly arrival: Arrival
  readonly routes: Routes
  readonly id: string
  /** Milliseconds since the epoch, and of a monotonic clock. */
  readonly at: number
  readonly started: number
}

function refusedReply(refusal: Refusal, begun: Begun, way: Way): Reply {
  try {
    return way.protectRefusal(refusal, begun)
  } catch {
    return bareReply(begun.id)
  }
}

const isHeld = ({ rule }: Take) => rule.algorithm === 'concurrency'

/** What a call holds while it is under way is given back when it is over. */
function release(passed: Passed | undefined, { clock, counters, fault }: StagePorts): void {
  const { counted } = progressOf(passed)
  if (counted === undefined || !counted.takes.some(isHeld)) return
  const released = counters.release(counted.takes.filter(isHeld), clock.now())
  if (released instanceof Promise) released.catch(fault)
}

/** A judged call on its way to the caller, and then into the record. */
class Judged implements Handled {
  readonly id: string
  readonly reply: Reply
  readonly #door: Door
  readonly #begun: Begun
  readonly #passed: Passed | undefined
  readonly #refusal: Refusal | undefined
  #finished = false

  constructor(reply: Reply, door: Door, begun: Begun, passed: Passed | undefined, refusal?: Refusal) {
    this.id = begun.id
    this.reply = reply
    this.#door = door
    this.#begun = begun
    this.#passed = passed
    this.#refusal = refusal
  }

  finish(outcome: Outcome): void | Promise<void> {
    if (this.#finished) return
    this.#finished = true
    const { ports } = this.#door
    const { id, routes } = this.#begun
    const [passed, refusal] = [this.#passed, this.#refusal]
    release(passed, ports)
    const { route, view } = progressOf(passed)
    if (route !== undefined && view !== undefined)
      tellDone(route.hooks, { ...outcome, refusal: refusal?.problem.code }, view, ports.fault)
    routes.held.release(id)
    const found = routes.findings.complete(id)
    if (found === undefined) return this.#record(outcome)
    const over = ports.clock.elapsed()
    const record = found.then(() => this.#record(outcome, over)).catch(ports.fault)
    routes.findings.late(record)
    return record
  }

  /** `over`: when the call was, where that isn't now. */
  #record(outcome: Outcome, over?: number): void {
    const { ports } = this.#door
    const { arrival, id, at, started, routes } = this.#begun
    const [passed, refusal] = [this.#passed, this.#refusal]
    const findings = routes.findings.take(id)
    routes.copies.release(id)
    const { status } = this.reply
    const ended = { outcome: endOf(refusal, outcome), refusal, status }
    if (ports.hearsAnswered?.() === false && verdictOf(ended) === 'allowed') return
    const totalMs = (over ?? ports.clock.elapsed()) - started
    ports.record(
      eventOf({
        arrival,
        door: this.#door.name,
        id,
        at,
        snapshot: routes.hash,
        redaction: routes.redaction,
        passed,
        refusal,
        status,
        outcome,
        totalMs,
        findings,
      }),
    )
  }
}

/** Judges one call, without a promise where no stage has to wait. It never throws and never refuses to answer. */
export function handle(arrival: Arrival, door: Door): Handled | Promise<Handled> {
  const { ports, addressOf, way = usualWay } = door
  const routes = door.routes()
  const { clock } = ports
  const begun = { arrival, routes, id: ports.newId(), at: clock.now(), started: clock.elapsed() }
  const refused = (error: unknown, passed: Passed | undefined): Handled => {
    const refusal = refusalAt(error, 'protect', undefined, passed)
    return new Judged(refusedReply(refusal, begun, way), door, begun, refusal.passed, refusal)
  }
  const answered = (passed: Answered): Handled | Promise<Handled> => {
    const fail = (error: unknown): Handled => {
      if (passed.reply.kind === 'stream') passed.reply.body.cancel(new Error('protect failed'))
      return refused(error, passed)
    }
    const judged = (reply: Reply) => new Judged(reply, door, begun, passed)
    try {
      const reply = way.protect(passed)
      return reply instanceof Promise ? reply.then(judged, fail) : judged(reply)
    } catch (error) {
      return fail(error)
    }
  }
  try {
    const value = after(way.admit(arrival, { id: begun.id, at: begun.at, routes, addressOf }), way.answer)
    return value instanceof Promise ? value.then(answered, error => refused(error, undefined)) : answered(value)
  } catch (error) {
    return refused(error, undefined)
  }
}

/** Where bytes came from. */
export interface From {
  readonly peer: string | undefined
  readonly encrypted: boolean
}

/** The answer to what could not be read as a request, and its record. Throws what `routes` throws. */
export function unreadable(problem: Problem, { peer, encrypted }: From, { ports, ...door }: Door): Reply {
  const id = ports.newId()
  const routes = door.routes()
  ports.record(unreadableEvent(problem, { id, at: ports.clock.now(), snapshot: routes.hash, peer, door: door.name }))
  return protectUnreadable(problem, { id, routes, encrypted })
}

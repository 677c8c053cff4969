import type { Arrival, HeaderList, Outcome, Reply, Take } from '@sallyport/core'
import { admit } from './admit/admit.ts'
import { answer } from './answer.ts'
import { type Passed, progressOf } from './passed.ts'
import type { StagePorts } from './ports.ts'
import { bareReply, protect, protectRefusal } from './protect/protect.ts'
import { eventOf } from './record/record.ts'
import { type Refusal, refusalAt } from './refusal.ts'
import type { Routes } from './routes.ts'

/** A call's answer, and what must be told once, when its body has ended, failed or been abandoned. */
export interface Handled {
  readonly id: string
  readonly reply: Reply
  finish(outcome: Outcome): void
}

/** What a door needs to judge calls. `routes` is asked anew for each call, so a reload takes hold at once. */
export interface Door {
  readonly ports: StagePorts
  routes(): Routes
  addressOf(peer: string | undefined, headers: HeaderList): string | undefined
}

function refusedReply(refusal: Refusal, id: string): Reply {
  try {
    return protectRefusal(refusal, id)
  } catch {
    return bareReply(id)
  }
}

const isHeld = ({ rule }: Take) => rule.algorithm === 'concurrency'

/** What a call holds while it is under way is given back when it is over. */
function release(passed: Passed | undefined, ports: StagePorts, now: number): void {
  const { counted } = progressOf(passed)
  if (counted === undefined || !counted.takes.some(isHeld)) return
  const released = ports.counters.release(counted.takes.filter(isHeld), now)
  if (released instanceof Promise) released.catch(ports.fault)
}

/** Judges one call. It never throws and never refuses to answer. */
export async function handle(arrival: Arrival, door: Door): Promise<Handled> {
  const { ports } = door
  const routes = door.routes()
  const [id, at, started] = [ports.newId(), ports.clock.now(), ports.clock.elapsed()]
  let passed: Passed | undefined
  let refusal: Refusal | undefined
  let reply: Reply
  try {
    const admitted = await admit(arrival, { id, at, routes, addressOf: door.addressOf })
    const answered = await answer(admitted)
    passed = answered
    reply = protect(answered)
  } catch (error) {
    refusal = refusalAt(error, 'protect', undefined, passed)
    passed = refusal.passed
    reply = refusedReply(refusal, id)
  }
  let finished = false
  const finish = (outcome: Outcome) => {
    if (finished) return
    finished = true
    release(passed, ports, ports.clock.now())
    routes.held.release(arrival.body)
    const totalMs = ports.clock.elapsed() - started
    ports.record(
      eventOf({ arrival, id, at, snapshot: routes.hash, passed, refusal, status: reply.status, outcome, totalMs }),
    )
  }
  return { id, reply, finish }
}

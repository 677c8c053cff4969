import type { Arrival, Problem, Reply } from '@sallyport/core'
import { type Door, type From, type Handled, unreadable } from '@sallyport/stages'
import { arrivalOf } from './request.ts'
import type { Tracing } from './tracing/tracing.ts'
import { webAnswer } from './web-answer.ts'

/** What is known of a request beside what it says. */
export interface Come {
  /** The address that it came from. */
  readonly peer?: string
}

/** The doors by which calls come to an application. */
export interface Judging {
  /** Judges what a listener took in. `finish` is to be called once, when the answer was sent. */
  judge(arrival: Arrival): Handled | Promise<Handled>
  /** Answers what a listener could not read as a request. */
  unreadable(problem: Problem, from: From): Reply
  /** Judges a request in the eight stages and answers it. It never rejects. */
  fetch(request: Request, come?: Come): Promise<Response>
}

/** `single` names fields that hold no comma (single-fields.ts). */
export function judgingAt(door: Door, tracing: Tracing, single: ReadonlySet<string>): Judging {
  const judge = (arrival: Arrival) => tracing.judge(arrival, door)
  return {
    judge,
    unreadable: (problem, from) => unreadable(problem, from, door),
    async fetch(request, { peer } = {}) {
      const arrival = arrivalOf(request, peer, single)
      const handled = await judge(arrival)
      return webAnswer(handled, request, outcome => handled.finish({ ...outcome, bytesIn: arrival.body.progress }))
    },
  }
}

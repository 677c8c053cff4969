import type { CallEvent } from '@sallyport/core'
import { atTurnEnd } from '../turn-end.ts'
import { eventJson } from './event-json.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Ring } from './ring.ts'

/** Remembers each call, at the end of its turn: in the ring, in the log and in the metrics. The event becomes JSON once. */
export function createRecorder(to: {
  readonly ring: Pick<Ring, 'write'>
  readonly log: Pick<Log, 'call'>
  readonly metrics: Pick<Metrics, 'observe'>
}): (event: CallEvent) => void {
  const { ring, log, metrics } = to
  return atTurnEnd(event => {
    const { start, rules } = eventJson(event)
    ring.write(start, rules, '}')
    log.call(event, start, '}')
    metrics.observe(event)
  })
}

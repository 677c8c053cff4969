import type { CallEvent } from '@sallyport/core'
import { TurnEnd } from '../turn-end.ts'
import { eventJson } from './event-json.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Ring } from './ring.ts'

/** Remembers each call, at the end of its turn: in the ring, in the log and in the metrics. The event becomes JSON once. */
export interface Recorder {
  record(event: CallEvent): void
  /** Writes what the turn has gathered so far. */
  flush(): void
}

export function createRecorder(to: {
  readonly ring: Pick<Ring, 'write'>
  readonly log: Pick<Log, 'call'>
  readonly metrics: Pick<Metrics, 'observe'>
}): Recorder {
  const { ring, log, metrics } = to
  const events = new TurnEnd<CallEvent>(event => {
    const { start, rules } = eventJson(event)
    ring.write(start, rules, '}')
    log.call(event, start, '}')
    metrics.observe(event)
  })
  return { record: event => events.add(event), flush: () => events.flush() }
}

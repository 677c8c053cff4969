import { type CallEvent, TurnEnd } from '@sallyport/core'
import type { Metrics } from '@sallyport/stages/metrics'
import { eventJson, type Ring } from '@sallyport/store/records'
import type { Log } from './log.ts'

/** What an operator needs of a call that warns of something. */
const alertOf = ({ id, ip, api, path, refusal }: CallEvent) => ({
  ...{ code: refusal?.alert, id, ip, api, path, reason: refusal?.reason },
})

/** Remembers each call, at the end of its turn: in the ring, in the log and in the metrics. The event becomes JSON once. */
export interface Recorder {
  record(event: CallEvent): void
  /** Writes what the turn has gathered so far. */
  flush(): void
}

export function createRecorder(to: {
  readonly ring: Pick<Ring, 'write'>
  readonly log: Pick<Log, 'call'> & { readonly logger: Pick<Log['logger'], 'warn'> }
  readonly metrics: Pick<Metrics, 'observe'>
}): Recorder {
  const { ring, log, metrics } = to
  const events = new TurnEnd<CallEvent>(event => {
    const { start, grounds } = eventJson(event)
    ring.write(start, grounds, '}')
    log.call(event, start, '}')
    metrics.observe(event)
    if (event.refusal?.alert !== undefined) log.logger.warn(alertOf(event), 'alert')
  })
  return { record: event => events.add(event), flush: () => events.flush() }
}

import { Agreed, type Calls, callsOf, clockAt, millisecondsOf, Stand, type Time, testerOf } from '@sallyport/testing'
import { madeApp } from '../app.ts'
import type { AppOptions } from '../app-options.ts'

export type { Allowed, Answer, Brought, Caller, Calls, Made, Refused, Time, Told } from '@sallyport/testing'

/**
 * An application to be called by tests: as anybody, at any time, without a port. `now` is the time of calls that say none; it stands
 * still. Limits are counted in memory. Rejects as `app` does.
 */
export async function testing(options: AppOptions, { now }: { readonly now: Time }): Promise<Calls> {
  const time = millisecondsOf(now)
  const { counters: _, ...memory } = options
  const { snapshot, ports } = await madeApp({ ...memory, clock: clockAt(time) })
  const setting = { snapshot, ports, agreed: new Agreed() }
  const stand = await Stand.of(setting)
  return callsOf(testerOf(setting.agreed, { name: options.name ?? 'app', setting, stand }), time)
}

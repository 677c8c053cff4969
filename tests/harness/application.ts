import type { CallEvent } from '@sallyport/core'
import { type AppOptions, app, type ServeOptions, serve } from '@sallyport/sdk'
import { FixedClock } from './gateway.ts'
import type { Lifetime } from './lifetime.ts'

export interface TestApplication {
  readonly url: string
  readonly clock: FixedClock
  readonly events: readonly CallEvent[]
  /** What it told of errors that are none of its callers' business. */
  readonly faults: readonly unknown[]
  call(path: string, init?: RequestInit): Promise<Response>
}

/** An application on a port that the system gives, for the length of a test. */
export async function startApplication(
  t: Lifetime,
  options: AppOptions,
  serving: ServeOptions = {},
): Promise<TestApplication> {
  const clock = new FixedClock()
  const [events, faults]: [CallEvent[], unknown[]] = [[], []]
  const world = {
    clock,
    record: (event: CallEvent) => events.push(event),
    fault: (error: unknown) => faults.push(error),
  }
  const { url, close } = await serve(await app({ ...world, ...options }), { port: 0, ...serving })
  t.after(() => close(0))
  return { url, clock, events, faults, call: (path, init) => fetch(url + path, { redirect: 'manual', ...init }) }
}

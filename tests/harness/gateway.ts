import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallEvent } from '@sallyport/core'
import { type Running, start } from 'sallyport'
import type { Lifetime } from './lifetime.ts'

/** 2026-01-15 12:00:00 UTC, a Thursday: where every test's clock stands unless it is moved. */
export const noon = Date.UTC(2026, 0, 15, 12)

/** A clock that stands still until a test moves it, and the timers that go by it. */
export class FixedClock {
  #now = noon
  readonly #timers = new Set<() => void>()

  now = () => this.#now
  elapsed = () => this.#now - noon

  every = (_: number, run: () => void) => {
    this.#timers.add(run)
    return () => this.#timers.delete(run)
  }

  /** Every timer goes off before the clock moves and after: what moved before is seen as of then. */
  advance(ms: number): void {
    for (const run of this.#timers) run()
    this.#now += ms
    for (const run of this.#timers) run()
  }
}

export interface GatewayOptions {
  /** Further files beside sallyport.yaml, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly env?: Readonly<Record<string, string>>
  /** Whether what goes wrong in the background is what the test is about; else it fails the test. */
  readonly failures?: 'expected'
}

export interface TestGateway {
  readonly url: string
  readonly folder: string
  readonly clock: FixedClock
  readonly events: readonly CallEvent[]
  readonly running: Running
  /** What the last reload found wrong, as messages. */
  readonly reloads: readonly (readonly string[])[]
  call(path: string, init?: RequestInit): Promise<Response>
  /** Writes a file beside sallyport.yaml and has the gateway look at it. */
  change(name: string, text: string): Promise<void>
}

/** A gateway with real listeners on ports that the system gives, for the length of a test. `${yaml}` is sallyport.yaml. */
export async function startGateway(t: Lifetime, yaml: string, options: GatewayOptions = {}): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'))
  const file = join(folder, 'sallyport.yaml')
  await writeFile(file, yaml)
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), text)
  const clock = new FixedClock()
  const events: CallEvent[] = []
  const reloads: string[][] = []
  const running = await start(
    { files: [file], data: join(folder, 'data'), pretty: false, managementPort: 0, log: 'off' },
    {
      clock,
      every: clock.every,
      env: options.env ?? {},
      observe: event => events.push(event),
      reloaded: mistakes => reloads.push(mistakes.map(({ message }) => message)),
      failed: error => {
        if (options.failures !== 'expected') throw error
      },
    },
  )
  t.after(async () => {
    await running.close(0)
    await rm(folder, { recursive: true, force: true })
  })
  const url = running.http ?? running.https ?? ''
  return {
    ...{ url, folder, clock, events, reloads, running },
    call: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
    async change(name, text) {
      await writeFile(join(folder, name), text)
      // The first may join a look that began before the file was written.
      await running.poll()
      await running.poll()
    },
  }
}

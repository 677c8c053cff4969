import { join } from 'node:path'
import { type Loaded, loadConfiguration, type Mistake, watchFiles } from '@sallyport/config'
import type { CallEvent, Clock } from '@sallyport/core'
import { fetchJson, Gateway, HttpUpstreams, type Listener, openListener } from '@sallyport/gateway'
import { memoryCounters } from '@sallyport/store'
import { createPasswordChecker } from '@sallyport/tokens'
import { callerKey, openDataFolder, publicKeys } from './data-folder.ts'
import { loadPorts, openVault } from './load-ports.ts'

export interface StartOptions {
  /** Configuration files; later ones win. */
  readonly files: readonly string[]
  /** Folder for state. */
  readonly data: string
}

/** What the process is given. */
export interface StartPorts {
  readonly clock: Clock
  /** Calls `run` every `ms` milliseconds until what comes back is called; a timer of the process where it isn't given. */
  readonly every?: (ms: number, run: () => void) => () => void
  readonly env: Readonly<Record<string, string>>
  readonly record: (event: CallEvent) => void
  /** Told of every reload: what was wrong with it, or nothing. */
  readonly reloaded: (mistakes: readonly Mistake[], warnings: readonly Mistake[]) => void
  /** Told what went wrong in the background. */
  readonly failed: (error: unknown) => void
}

export interface Running {
  readonly http: string | undefined
  readonly https: string | undefined
  readonly warnings: readonly Mistake[]
  /** Looks at the files now instead of at the next tick. */
  poll(): Promise<void>
  /** Takes no more calls, lets those under way end, and stops. */
  close(graceMs: number): Promise<void>
}

/** A configuration that cannot be used. */
export class BadConfiguration extends Error {
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly Mistake[]) {
    super(`${mistakes.length} mistakes in the configuration`)
    this.mistakes = mistakes
  }
}

function everyMs(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  timer.unref()
  return () => clearInterval(timer)
}

type Good = Exclude<Loaded['result'], { readonly mistakes: readonly Mistake[] }>

/** One process: a configuration, a gateway that keeps to it, and a watch that takes up every change of it. */
export async function start({ files, data }: StartOptions, ports: StartPorts): Promise<Running> {
  await openDataFolder(data)
  const signing = await callerKey(data)
  const vault = await openVault(data, ports.clock)
  const reading = loadPorts(ports.env, vault, publicKeys(signing))
  const upstreams = new HttpUpstreams({ elapsed: ports.clock.elapsed, every: ports.every ?? everyMs })
  const gateway = new Gateway({
    clock: ports.clock,
    counters: memoryCounters(),
    upstreams,
    passwords: createPasswordChecker({ running: 2, waiting: 64 }),
    callerKey: signing,
    fetchJson,
    record: ports.record,
  })

  let watched: readonly string[] = files
  const load = async () => {
    const loaded = await loadConfiguration(files, reading)
    watched = [...loaded.files, join(data, 'secrets.json')]
    return loaded
  }
  const first = await load()
  if ('mistakes' in first.result) throw new BadConfiguration(first.result.mistakes)
  await gateway.load(first.result)
  const listeners = await openAll(first.result, gateway)

  const reload = async () => {
    const { result, warnings } = await load()
    if ('mistakes' in result) return ports.reloaded(result.mistakes, warnings)
    await gateway.load(result)
    if (result.listeners.https !== undefined) listeners.https?.replaceTls(result.listeners.https)
    ports.reloaded([], warnings)
  }
  const watch = watchFiles({ paths: () => watched, onChange: reload, onError: error => ports.failed(error) })

  return {
    http: listeners.http?.url,
    https: listeners.https?.url,
    warnings: first.warnings,
    poll: async () => {
      while (await watch.poll());
    },
    async close(graceMs) {
      watch.close()
      await Promise.all([listeners.http?.close(graceMs), listeners.https?.close(graceMs)])
      upstreams.close()
    },
  }
}

interface Opened {
  readonly http: Listener | undefined
  readonly https: Listener | undefined
}

async function openAll({ listeners: { http, https } }: Good, gateway: Gateway): Promise<Opened> {
  return {
    http: http && (await openListener({ ...http, tls: undefined }, gateway)),
    https: https && (await openListener({ ...https, tls: https }, gateway)),
  }
}

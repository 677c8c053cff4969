import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { formatMistake, loadPorts, type Mistake, openVault, watchFiles } from '@sallyport/config'
import type { CallEvent, Clock } from '@sallyport/core'
import {
  createMetrics,
  createRecorder,
  fetchJson,
  Gateway,
  HttpUpstreams,
  imagine,
  type Log,
  type Management,
  newCallId,
  openLog,
  openManagement,
  openOperatorKey,
  openRing,
  type Ring,
} from '@sallyport/gateway'
import { memoryCounters } from '@sallyport/store'
import { createPasswordChecker } from '@sallyport/tokens'
import { callerKey, openDataFolder, publicKeys } from './data-folder.ts'
import { openListeners } from './listeners.ts'
import { BadConfiguration, type GoodRules, RulesReader } from './rules.ts'

export interface StartOptions {
  /** Configuration files; later ones win. */
  readonly files: readonly string[]
  /** Folder for state. */
  readonly data: string
  /** Whether standard output is a terminal, where calls are shown to a person. */
  readonly pretty: boolean
  /** The management port in place of the configured one; 0 takes a free one. */
  readonly managementPort?: number
  /** Where the log goes, in place of where the configuration says. */
  readonly log?: string
}

/** What the process is given. */
export interface StartPorts {
  readonly clock: Clock
  /** Calls `run` every `ms` milliseconds until what comes back is called; a timer of the process where it isn't given. */
  readonly every?: (ms: number, run: () => void) => () => void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Told of every call too. */
  readonly observe?: (event: CallEvent) => void
  /** Told of every reload: what was wrong with it, or nothing. */
  readonly reloaded: (mistakes: readonly Mistake[], warnings: readonly Mistake[]) => void
  /** Told what went wrong in the background. */
  readonly failed: (error: unknown) => void
}

export interface Running {
  readonly http: string | undefined
  readonly https: string | undefined
  readonly management: string
  readonly warnings: readonly Mistake[]
  /** How many operations there are. */
  readonly operations: number
  /** Looks at the files now instead of at the next tick. */
  poll(): Promise<void>
  /** Takes no more calls, lets those under way end, and stops. */
  close(graceMs: number): Promise<void>
}

function everyMs(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  timer.unref()
  return () => clearInterval(timer)
}

/** Where calls are remembered. */
interface Memory {
  readonly ring: Ring
  readonly log: Log
}

async function openMemory(options: StartOptions, to: string, ports: StartPorts): Promise<Memory> {
  const onError = ports.failed
  const ring = await openRing({ folder: join(options.data, 'calls'), onError, elapsed: ports.clock.elapsed })
  return { ring, log: openLog({ to, level: 'info', pretty: options.pretty && to === 'stdout', onError }) }
}

/** A slow disk is waited for here; closing alone would lose what is being written. */
async function closeMemory({ ring, log }: Memory, failed: StartPorts['failed']): Promise<void> {
  const flushed = await Promise.allSettled([ring.flush(), log.flush()])
  for (const result of flushed) if (result.status === 'rejected') failed(result.reason)
  ring.close()
  log.close()
}

async function openDoor(
  options: StartOptions,
  ports: StartPorts,
  gateway: Gateway,
  reader: RulesReader,
  memory: Memory,
  rules: GoodRules,
  metrics: ReturnType<typeof createMetrics>,
): Promise<Management> {
  const { ring, log } = memory
  let since = { rules: gateway.rules, at: ports.clock.now() }
  const inForce = () => {
    const current = gateway.rules ?? rules
    if (since.rules !== current) since = { rules: current, at: ports.clock.now() }
    return { snapshot: current.snapshot, since: since.at, warnings: reader.warnings.map(formatMistake) }
  }
  return openManagement({
    host: '127.0.0.1',
    port: options.managementPort ?? rules.management.port,
    socketPath: join(options.data, 'management.sock'),
    key: await openOperatorKey(join(options.data, 'operator.key'), randomBytes),
    verbs: {
      findCall: id => ring.find(id),
      lastCalls: count => ring.last(count),
      imagine: call => {
        const current = gateway.rules ?? rules
        const verifierOf: Parameters<typeof imagine>[1]['verifierOf'] = (issuer, clock) =>
          gateway.verifierAt(issuer, clock)
        return imagine(call, { snapshot: current.snapshot, ports: gateway.stagePorts(current), verifierOf })
      },
      inForce,
    },
    metrics,
    ready: () => ({ rules: gateway.rules !== undefined, records: ring.healthy }),
    newId: newCallId,
    clock: ports.clock,
    onProblem: (problem, id) =>
      log.logger.warn({ id, code: problem.code, reason: problem.reason }, 'management refused'),
  })
}

/** One process: a configuration, a gateway that keeps to it, and a watch that takes up every change of it. */
export async function start(options: StartOptions, ports: StartPorts): Promise<Running> {
  const { files, data } = options
  await openDataFolder(data)
  const signing = await callerKey(data)
  const vault = await openVault(data, ports.clock, randomBytes)
  const reader = new RulesReader(files, data, loadPorts(ports.env, vault, publicKeys(signing)))
  const rules = await reader.read()
  const memory = await openMemory(options, options.log ?? rules.log, ports)
  const metrics = createMetrics()
  const record = createRecorder({ ...memory, metrics })
  const upstreams = new HttpUpstreams({ elapsed: ports.clock.elapsed, every: ports.every ?? everyMs })
  const gateway = new Gateway({
    clock: ports.clock,
    counters: memoryCounters(),
    edgeCounters: memoryCounters(),
    upstreams,
    passwords: createPasswordChecker({ running: 2, waiting: 64 }),
    callerKey: signing,
    fetchJson,
    record(event) {
      record(event)
      ports.observe?.(event)
    },
  })
  await gateway.load(rules)
  const door = await openDoor(options, ports, gateway, reader, memory, rules, metrics)
  const listeners = await openListeners(rules.listeners, gateway)

  const reload = async () => {
    try {
      const changed = await reader.read()
      await gateway.load(changed)
      listeners.replaceTls(changed.listeners)
      ports.reloaded([], reader.warnings)
    } catch (error) {
      if (!(error instanceof BadConfiguration)) throw error
      ports.reloaded(error.mistakes, [])
    }
  }
  const watch = watchFiles({ paths: () => reader.watched, onChange: reload, onError: ports.failed })
  // What changed between the first reading and the first look counts too.
  for (const [path, text] of reader.seen) watch.saw(path, Buffer.from(text))
  return {
    http: listeners.http,
    https: listeners.https,
    management: door.url,
    warnings: reader.warnings,
    operations: rules.snapshot.apis.reduce(
      (sum, api) => sum + (api.name === 'well-known' ? 0 : api.operations.length),
      0,
    ),
    poll: async () => {
      while (await watch.poll());
    },
    async close(graceMs) {
      watch.close()
      await listeners.close(graceMs)
      await door.close()
      upstreams.close()
      await closeMemory(memory, ports.failed)
    },
  }
}

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { loadPorts, type Mistake, openVault, overdueTrials, watchFiles } from '@sallyport/config'
import type { CallEvent, Clock, Ticking } from '@sallyport/core'
import { createRecorder, fetchJson, Gateway, HttpUpstreams, type Log, MemoryAnswers } from '@sallyport/gateway'
import { createMetrics } from '@sallyport/stages/metrics'
import { type CounterStore, memoryStore, redisStore } from '@sallyport/store'
import { lockDataFolder } from '@sallyport/store/records'
import { createPasswordChecker, replayMemory, type SigningKey } from '@sallyport/tokens'
import { callerKey, openDataFolder, publicKeys } from './data-folder.ts'
import { type DecisionDoors, openDecisionDoors } from './decision-doors.ts'
import { keysFromSecret } from './gateway-secret.ts'
import { type OpenListeners, openListeners } from './listeners.ts'
import { type MagicState, openMagicState } from './magic-state.ts'
import { openManagementDoor } from './management-door.ts'
import { closeMemory, openMemory } from './memory.ts'
import { Opened } from './opened.ts'
import { restartNeeded } from './restart-needed.ts'
import { BadConfiguration, type GoodRules, RulesReader, type RulesSources } from './rules.ts'
import { type GuardStates, openGuardStates } from './state/guard-states.ts'

export interface StartOptions extends RulesSources {
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
  /** Where others ask for decisions, by who asks. */
  readonly decisions: DecisionDoors['urls']
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

/** Signed requests of the last minutes: some 15 MB. Whoever has a key could fill it; then signed requests are refused for a while. */
const signedMax = 100_000

/** How often the keys and revocations of magic tokens are looked at: a revocation holds within a second. */
const magicLookMs = 500

/** How many operations were written; the gateway's own are not. */
function operationsOf({ snapshot }: GoodRules): number {
  const written = snapshot.apis.filter(({ name }) => name !== 'well-known')
  return written.reduce((sum, { operations }) => sum + operations.length, 0)
}

/** One process: a configuration, a gateway that keeps to it, and a watch that takes up every change of it. */
export async function start(options: StartOptions, ports: StartPorts): Promise<Running> {
  const { data } = options
  await openDataFolder(data)
  const opened = new Opened()
  // Before anything there is read or written: what one gateway keeps another would undo.
  opened.add(lockDataFolder(data))
  try {
    return await openWith(options, ports, opened)
  } catch (error) {
    await opened.close(0)
    throw error
  }
}

async function openWith(options: StartOptions, ports: StartPorts, opened: Opened): Promise<Running> {
  const { data } = options
  const signing = await callerKey(data)
  const derivedKey = await keysFromSecret(data)
  const vault = await openVault(data, ports.clock, randomBytes)
  const magic = await openMagicState(data, ports.failed)
  const published = () => publicKeys(signing, ...magic.keys().signing)
  const reader = new RulesReader(options, data, loadPorts(ports.env, vault, {}), published)
  const rules = await reader.read()
  const states = await openGuardStates(join(data, 'guard-state.jsonl'))
  opened.add(() => states.close())
  return open(options, ports, { reader, rules, signing, derivedKey, magic, states, opened })
}

/** Where this gateway counts. What becomes of a Redis stands in the log. */
function openStore({ counters }: GoodRules, { logger }: Log, ticking: Ticking): CounterStore | Promise<CounterStore> {
  if (counters === undefined) return memoryStore()
  const { whenDown } = counters
  return redisStore(counters, {
    ...ticking,
    told(reason) {
      if (reason === undefined) logger.info({ counters: 'redis' }, 'Redis is up again: limits are counted there')
      else logger.warn({ counters: 'redis', whenDown, reason }, 'Redis is down')
    },
  })
}

interface Given {
  readonly reader: RulesReader
  readonly rules: GoodRules
  readonly signing: SigningKey
  readonly derivedKey: (purpose: string) => Uint8Array
  readonly magic: MagicState
  readonly states: GuardStates
  readonly opened: Opened
}

async function open(options: StartOptions, ports: StartPorts, given: Given): Promise<Running> {
  const { reader, rules, signing, derivedKey, magic, states, opened } = given
  const { data, pretty, log: to = rules.log } = options
  const { redact } = rules.snapshot.gateway.record
  const { elapsed } = ports.clock
  const memory = await openMemory({ data, to, redact, pretty, elapsed, failed: ports.failed })
  opened.add(() => closeMemory(memory, ports.failed))
  let listeners: OpenListeners | undefined
  const { every = everyMs } = ports
  const store = await openStore(rules, memory.log, { elapsed, every })
  opened.add(() => store.close())
  const metrics = await createMetrics({ connections: () => listeners?.connections() ?? 0, counters: store.standing })
  const recorder = createRecorder({ ...memory, metrics })
  opened.add(() => recorder.flush())
  const upstreams = new HttpUpstreams({ elapsed, every })
  opened.add(() => upstreams.close())
  opened.add(() => magic.close())
  opened.add(every(magicLookMs, () => void magic.look()))
  const signed = replayMemory(signedMax)
  const gateway = new Gateway({
    clock: ports.clock,
    counters: store.counters,
    edgeCounters: store.edgeCounters,
    trialCounters: store.trialCounters,
    upstreams,
    answers: new MemoryAnswers({ randomKey: randomBytes(32), bytesMax: rules.cacheSize }),
    passwords: createPasswordChecker({ running: 2, waiting: 64 }),
    magicTokens: magic.ports,
    isFirstUse: signed.isFirst,
    stateOf: states.stateOf,
    derivedKey,
    callerKey: signing,
    fetchJson,
    fault: ports.failed,
    record(event) {
      recorder.record(event)
      ports.observe?.(event)
    },
  })
  opened.add(() => gateway.recorded())
  await gateway.load(rules)
  const overdue = async (read: GoodRules) => {
    const found = await overdueTrials(read, ports.clock.now())
    for (const { path, message } of found) memory.log.logger.warn({ path }, message)
    return found
  }
  const warnings = [...reader.warnings, ...(await overdue(rules))]
  let taking = false
  const door = await openManagementDoor({
    ...{ data, gateway, reader, memory, magic, metrics, store, clock: ports.clock, taking: () => taking },
    listening: () => listeners?.http ?? listeners?.https,
    port: options.managementPort ?? rules.management.port,
  })
  opened.add(() => door.close())
  const decisions = await openDecisionDoors(rules.decisions, gateway)
  opened.add(graceMs => decisions.close(graceMs))
  const callers = await openListeners(rules.listeners, gateway)
  listeners = callers
  opened.add(graceMs => callers.close(graceMs))
  taking = true

  const reload = async () => {
    try {
      await magic.look()
      const changed = await reader.read()
      await gateway.load(changed)
      callers.replaceTls(changed.listeners)
      decisions.replace(changed.decisions)
      ports.reloaded([], [...reader.warnings, ...(await overdue(changed)), ...restartNeeded(rules, changed)])
    } catch (error) {
      if (!(error instanceof BadConfiguration)) throw error
      ports.reloaded(error.mistakes, [])
    }
  }
  const watch = watchFiles({ paths: () => reader.watched, onChange: reload, onError: ports.failed })
  opened.add(() => {
    watch.close()
    taking = false
  })
  // What changed between the first reading and the first look counts too.
  for (const [path, content] of reader.seen)
    watch.saw(path, typeof content === 'string' ? Buffer.from(content) : content)
  watch.saw(magic.file.path, Buffer.from(magic.file.text))
  return {
    http: callers.http,
    https: callers.https,
    management: door.url,
    decisions: decisions.urls,
    warnings,
    operations: operationsOf(rules),
    poll: async () => {
      await magic.look()
      while (await watch.poll());
    },
    close: graceMs => opened.close(graceMs),
  }
}

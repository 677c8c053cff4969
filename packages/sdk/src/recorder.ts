import type { CallEvent, Clock } from '@sallyport/core'
import { faultLine } from '@sallyport/stages'
import type { CounterStanding } from '@sallyport/store'
import { apart } from './apart.ts'
import type { AppOptions } from './app-options.ts'
import type { Own } from './own/operation.ts'
import type { Records } from './records.ts'
import { openSecurityLog, type SecurityLogOptions } from './security-log.ts'

/** Where it is told what calls came to. */
export interface RecordOptions {
  /** Asks for a security log. */
  readonly securityLog?: SecurityLogOptions
  /** A folder, such as `./.sallyport`: what is known of the last calls is kept there, to be explained. It is this application's alone. */
  readonly data?: string
}

/** Who is told of calls that are over. */
export interface Listener {
  /** Of which calls it wants to be told: all of them unless given. `refused` are those that failed, too. */
  readonly hears?: 'all' | 'refused' | 'none'
  record(event: CallEvent): void
  /** Resolves when all that was told before is written. */
  flush?(): Promise<void>
  close?(): void
}

/** What a recorder needs of its application. */
interface Setting {
  readonly name: string
  readonly clock: Clock
  /** Others who are told. */
  readonly others: readonly Listener[]
  /** Whether nobody is to be told of a call. */
  readonly isQuiet: (event: CallEvent) => boolean
  readonly fault: (error: unknown) => void
  readonly counting: () => CounterStanding
}

export interface Recorder extends Required<Omit<Listener, 'hears'>> {
  /** Whether anybody is told of calls that were neither refused nor failed. */
  readonly hearsAnswered: boolean
  /** The record of a call; undefined where there is none. Throws TypeError where none are kept. */
  find(id: string): Promise<CallEvent | undefined>
  /** What must be true for nothing to be lost, by what it is of. */
  standing(): Readonly<Record<string, boolean>>
  /** All that was counted. */
  exposition(): Promise<Own>
}

/** What nobody asked for isn't loaded. */
async function metricsOf(counters: Setting['counting']) {
  const { createMetrics } = await import('@sallyport/stages/metrics')
  return createMetrics({ counters })
}

async function recordsIn(data: string, { clock, fault }: Setting): Promise<Records> {
  const { openRecords } = await import('./records.ts')
  return openRecords(data, clock, fault)
}

const toFault = (fault: Setting['fault']): Listener => ({
  hears: 'refused',
  record(event) {
    const line = faultLine(event)
    if (line !== undefined) fault(line)
  },
})

/** Tells each call to whoever asked. Rejects where what was asked for can't be written to. */
export async function recorderOf(
  options: Pick<AppOptions, keyof RecordOptions | 'errors' | 'metrics' | 'record'>,
  setting: Setting,
): Promise<Recorder> {
  const { name, others, isQuiet, fault, counting } = setting
  const { securityLog, data, record, errors } = options
  const log = securityLog && (await openSecurityLog(securityLog, name, fault))
  const metrics = options.metrics && (await metricsOf(counting))
  // The last one: it holds the folder.
  const records = data === undefined ? undefined : await recordsIn(data, setting)
  const asked: readonly (Listener | undefined)[] = [
    errors?.log === false ? undefined : toFault(fault),
    log,
    records,
    metrics && { record: event => metrics.observe(event) },
    ...others,
    record && { record },
  ]
  const listeners = asked.filter(listener => listener !== undefined).filter(({ hears }) => hears !== 'none')
  return {
    hearsAnswered: listeners.some(({ hears = 'all' }) => hears === 'all'),
    record(event) {
      if (isQuiet(event)) return
      for (const listener of listeners) apart(() => listener.record(event), fault)
    },
    async find(id) {
      if (records === undefined) throw new TypeError('no records are kept: name a folder for them with data')
      return records.find(id)
    },
    standing: () => (records === undefined ? {} : { records: records.isHealthy }),
    async exposition() {
      if (metrics === undefined) throw new TypeError('nothing was counted')
      return { status: 200, contentType: metrics.contentType, body: await metrics.exposition() }
    },
    async flush() {
      await Promise.all(listeners.map(listener => listener.flush?.()))
    },
    close() {
      for (const listener of listeners) listener.close?.()
    },
  }
}

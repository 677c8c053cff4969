import { join } from 'node:path'
import { type Log, openLog } from '@sallyport/gateway'
import { openRing, type Ring } from '@sallyport/store/records'

/** Where calls are remembered. */
export interface Memory {
  readonly ring: Ring
  readonly log: Log
}

export interface MemorySetting {
  /** Folder for state. */
  readonly data: string
  /** Where the log goes: `stdout`, `off` or a file. */
  readonly to: string
  /** Words in names of members that the log never shows. */
  readonly redact: readonly string[]
  /** Whether standard output is a terminal. */
  readonly pretty: boolean
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
  /** Told what cannot be written. */
  readonly failed: (error: unknown) => void
}

/** Opens the ring and the log. */
export async function openMemory({ data, to, redact, pretty, elapsed, failed }: MemorySetting): Promise<Memory> {
  const ring = await openRing({ folder: join(data, 'calls'), onError: failed, elapsed })
  return { ring, log: openLog({ to, redact, level: 'info', pretty: pretty && to === 'stdout', onError: failed }) }
}

/** A slow disk is waited for here; closing alone would lose what is being written. */
export async function closeMemory({ ring, log }: Memory, failed: MemorySetting['failed']): Promise<void> {
  const flushed = await Promise.allSettled([ring.flush(), log.flush()])
  for (const result of flushed) if (result.status === 'rejected') failed(result.reason)
  ring.close()
  log.close()
}

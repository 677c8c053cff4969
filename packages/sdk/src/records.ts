import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallEvent, Clock } from '@sallyport/core'
import { eventJson, lockDataFolder, openRing, readEvent } from '@sallyport/store/records'
import type { Listener } from './recorder.ts'

/** The last calls, in files as a gateway keeps them. */
export interface Records extends Listener {
  /** Whether the last could be written. */
  readonly isHealthy: boolean
  find(id: string): Promise<CallEvent | undefined>
}

/** Opens the records under a folder, which is this application's alone. Rejects where another has it, or where it can't be made. */
export async function openRecords(
  data: string,
  { elapsed }: Pick<Clock, 'elapsed'>,
  fault: (error: unknown) => void,
): Promise<Records> {
  await mkdir(data, { recursive: true, mode: 0o700 })
  const release = lockDataFolder(data)
  const ring = await openRing({ folder: join(data, 'calls'), onError: fault, elapsed })
  return {
    get isHealthy() {
      return ring.healthy
    },
    record(event) {
      const { start, grounds } = eventJson(event)
      ring.write(start, grounds, '}')
    },
    find: async id => readEvent((await ring.find(id)) ?? ''),
    flush: () => ring.flush(),
    close() {
      ring.close()
      release()
    },
  }
}

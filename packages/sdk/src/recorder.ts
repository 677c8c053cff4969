import type { CallEvent } from '@sallyport/core'
import { faultLine, securityLine, verdictOf } from '@sallyport/stages'
import { AppendedFile } from './appended-file.ts'

/** A file of lines `time - name - level - message`: who was refused what, and from where. */
export interface SecurityLogOptions {
  /** `security.log` in the folder where the process runs, unless given. Only its owner may read it. */
  readonly path?: string
  /** Whether calls that were answered stand in it, too. */
  readonly allowed?: boolean
}

/** What is told of calls that are over, and to whom. */
interface Listeners {
  readonly name: string
  readonly record: (event: CallEvent) => void
  readonly fault: (error: unknown) => void
  /** Whether faults of handlers are told to `fault`. */
  readonly faults: boolean
  readonly securityLog: SecurityLogOptions | undefined
}

export interface Recorder {
  record(event: CallEvent): void
  /** Resolves when all that was recorded before is written. */
  flush(): Promise<void>
}

type Listener = (event: CallEvent) => void

/** Tells each call to whoever asked. Rejects where the security log can't be written to. */
export async function recorderOf({ name, record, fault, faults, securityLog }: Listeners): Promise<Recorder> {
  const toFault: Listener = event => {
    const line = faultLine(event)
    if (line !== undefined) fault(line)
  }
  const { path = 'security.log', allowed = false } = securityLog ?? {}
  const file = new AppendedFile(path, fault)
  const toFile: Listener = event => {
    if (allowed || verdictOf(event) !== 'allowed') file.add(securityLine(event, name))
  }
  if (securityLog !== undefined) await file.open()
  const listeners = [...(faults ? [toFault] : []), ...(securityLog === undefined ? [] : [toFile]), record]
  return {
    record(event) {
      for (const listener of listeners) listener(event)
    },
    flush: () => file.flush(),
  }
}

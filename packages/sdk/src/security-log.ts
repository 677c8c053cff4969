import { securityLine, verdictOf } from '@sallyport/stages'
import { AppendedFile } from './appended-file.ts'
import type { Listener } from './recorder.ts'

/** A file of lines `time - name - level - message`: who was refused what, and from where. */
export interface SecurityLogOptions {
  /** `security.log` in the folder where the process runs, unless given. Only its owner may read it. */
  readonly path?: string
  /** Whether calls that were answered stand in it, too. */
  readonly allowed?: boolean
}

/** Opens the security log of an application. Rejects where it can't be written to. */
export async function openSecurityLog(
  { path = 'security.log', allowed = false }: SecurityLogOptions,
  name: string,
  fault: (error: unknown) => void,
): Promise<Listener> {
  const file = new AppendedFile(path, fault)
  await file.open()
  return {
    hears: allowed ? 'all' : 'refused',
    record(event) {
      if (allowed || verdictOf(event) !== 'allowed') file.add(securityLine(event, name))
    },
    flush: () => file.flush(),
  }
}

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { commands } from './commands.ts'
import { completionOf } from './completion/completion.ts'
import { runAmong } from './frame/run-command.ts'

/** The time of the commands under test. */
export const now = Date.parse('2026-01-02T03:04:05.678Z')

/** What a command did. */
export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
}

interface Given {
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  readonly isTTY?: boolean
}

/** An empty folder, and a way to run commands in it. */
export async function emptyFolder(t: { after(undo: () => Promise<void>): void }) {
  const folder = await mkdtemp(join(tmpdir(), 'cli-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const run = async (argv: readonly string[], { stdin = '', env = {}, isTTY = false }: Given = {}): Promise<Ran> => {
    let [out, err] = ['', '']
    const status = await runAmong([...commands, completionOf(commands)], argv, {
      stdout: { write: text => (out += text), isTTY },
      stderr: { write: text => (err += text) },
      stdin: Object.assign(Readable.from([Buffer.from(stdin)]), { isTTY }),
      env,
      cwd: folder,
      clock: { now: () => now, elapsed: () => 0 },
      random: randomBytes,
      version: '1.2.3',
    })
    return { status, out, err }
  }
  return { folder, run }
}

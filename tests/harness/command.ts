import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { BUILT_COMMAND, COMPILED } from '../../scripts/child.ts'
import { Heard } from './heard.ts'
import type { Lifetime } from './lifetime.ts'

/** The command: as it would be published where all tests run, which have built it, else as the repository runs it. */
export const bin =
  process.env[BUILT_COMMAND] ?? fileURLToPath(new URL('../../packages/sallyport/bin/sallyport.js', import.meta.url))

/** What a command did. */
export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
}

export interface Given {
  readonly stdin?: string
  /** The whole environment, but for PATH and where Node keeps what it has compiled. */
  readonly env?: Readonly<Record<string, string>>
}

/** A temporary folder with these files, by name, for the length of a test. */
export async function folderWith(t: Lifetime, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

/** What a process of the command gets: nothing of ours but what it can't do without. */
export const environment = (env: Given['env']) => ({ PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILED, ...env })

/** Runs `sallyport` with these arguments in a folder, to its end. */
export async function sallyport(cwd: string, args: readonly string[], { stdin = '', env }: Given = {}): Promise<Ran> {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: environment(env) })
  child.stdin.end(stdin)
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { status, out, err }
}

const readyLine = z.object({ http: z.string().optional(), https: z.string().optional(), management: z.string() })

/** A gateway that runs as a process of its own. */
export interface Up {
  readonly pid: number
  readonly url: string
  readonly management: string
  readonly out: Heard
  readonly err: Heard
  call(path: string, init?: RequestInit): Promise<Response>
  /** Tells it to stop, without waiting. */
  signal(name: NodeJS.Signals): void
  /** Its exit status, once it has ended; null where a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Starts `sallyport up` in a folder, and waits until it takes calls. Throws where it doesn't start. */
export async function up(t: Lifetime, cwd: string, args: readonly string[] = [], { env }: Given = {}): Promise<Up> {
  const child = spawn(process.execPath, [bin, 'up', '--json', ...args], { cwd, env: environment(env) })
  const ended = once(child, 'exit').then(([status]) => status)
  t.after(() => {
    child.kill('SIGKILL')
    return ended
  })
  const [out, err] = [new Heard(child.stdout), new Heard(child.stderr)]
  await out.said('\n').catch(() => Promise.reject(new Error(`it did not start: ${err.text}`)))
  const { http, https, management } = readyLine.parse(JSON.parse(out.text))
  const url = http ?? https ?? ''
  return {
    ...{ pid: child.pid ?? 0, url, management, out, err, ended },
    call: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
    signal: name => void child.kill(name),
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename } from 'node:path'

export interface Start {
  readonly core: number
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its standard output goes; standard error goes to the same name with `.err`. */
  readonly output: string
  /** It is up when this answers HTTP. */
  readonly port: number
  readonly path: string
}

/** Runs a command on given cores (util-linux). */
export const pin = 'taskset'
const patience = 30_000
const children = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/** A port that was free a moment ago, for servers that can't choose one themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)))
    })
  })
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url)
    await answer.arrayBuffer()
    return true
  } catch {
    return false
  }
}

/** The line of a program's complaints that names the error, or all. */
function complaint(path: string): string {
  const text = readFileSync(path, 'utf8').trim()
  return /^.*Error\b.*$/m.exec(text)?.[0] ?? text
}

/** Starts a server on one core, for as long as this process lives. Gives its process id once it answers. */
export async function startPinned({ core, command, args, env, output, port, path }: Start): Promise<number> {
  const stdio = ['ignore', openSync(output, 'a'), openSync(`${output}.err`, 'a')] as const
  const child = spawn(pin, ['-c', String(core), command, ...args], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: [...stdio],
  })
  children.add(child)
  const failed = new Promise<never>((_, reject) => {
    child.on('error', reject)
    child.on('exit', code =>
      reject(new Error(`${basename(command)} ended with status ${code}: ${complaint(`${output}.err`)}`)),
    )
  })
  failed.catch(() => children.delete(child))
  const deadline = performance.now() + patience
  while (!(await Promise.race([answers(`http://127.0.0.1:${port}${path}`), failed]))) {
    if (performance.now() > deadline) throw new Error(`${basename(command)} doesn't answer after ${patience / 1000} s`)
    await Promise.race([new Promise(resolve => setTimeout(resolve, 50)), failed])
  }
  if (child.pid === undefined) throw new Error(`${command} has no process`)
  return child.pid
}

/**
 * Empties a log and gives the bytes that it held. A writer that doesn't append goes on where it was and leaves a hole,
 * which takes no room: so blocks are counted, not the size.
 */
export function emptyLog(path: string): number {
  const { blocks } = statSync(path)
  truncateSync(path)
  return blocks * 512
}

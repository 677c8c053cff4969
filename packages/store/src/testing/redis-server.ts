import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const program = 'redis-server'

/** What has to be installed first; undefined where it is. */
export function missingRedis(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some(folder => existsSync(join(folder, program))) ? undefined : 'apt-get install redis-server'
}

/** A Redis that keeps nothing on disk. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** What redis-cli would print of a command: its answer as it stands on the wire. */
  command(...args: readonly string[]): Promise<string>
  /** Ends it at once; `start` gives it back its port, and nothing of what it held. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  await new Promise(resolve => listener.close(resolve))
  return port
}

/** One command over a connection of its own. */
async function commandAt(port: number, args: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const sent = [...args, ''].map(arg => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`)
  socket.end(`*${args.length}\r\n${sent.slice(0, -1).join('')}*1\r\n$4\r\nQUIT\r\n`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
    .toString('latin1')
    .replace(/\+OK\r\n$/, '')
}

const patience = 20_000

async function untilUp(port: number, gone: () => boolean): Promise<boolean> {
  const end = performance.now() + patience
  while (performance.now() < end && !gone()) {
    const answer = await commandAt(port, ['PING']).catch(() => '')
    if (answer !== '') return true
    await pause(10)
  }
  return false
}

/** Starts Debian's redis-server on a port that the system gives, for the length of a test or file. `more` are its own settings. */
export async function startRedis(
  t: { after(undo: () => unknown): void },
  more: readonly string[] = [],
): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-redis-'))
  let port = await freePort()
  let stop: () => Promise<void> = async () => undefined
  const start = async () => {
    const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
    const child = spawn(program, [...fixed, ...more], { stdio: 'ignore' })
    const exit = once(child, 'exit')
    stop = async () => {
      child.kill('SIGKILL')
      await exit
    }
    if (await untilUp(port, () => child.exitCode !== null)) return
    await stop()
    throw new Error('redis-server did not start')
  }
  t.after(async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  })
  // Somebody else may have taken the port meanwhile.
  await start().catch(async () => {
    port = await freePort()
    await start()
  })
  return {
    get port() {
      return port
    },
    get url() {
      return `redis://127.0.0.1:${port}`
    },
    command: (...args) => commandAt(port, args),
    stop: () => stop(),
    start,
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const server = '/usr/sbin/pdns_server'
const schema = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql'

/** What has to be there first, and Debian's packages that bring it. */
export const powerDnsNeeds = [
  { command: server, package: 'pdns-server', why: 'a real API to own things in' },
  { command: schema, package: 'pdns-backend-sqlite3', why: "PowerDNS's database" },
] as const

export const isPowerDnsThere = (): boolean => powerDnsNeeds.every(({ command }) => existsSync(command))

export interface PowerDns {
  /** Of its HTTP API. */
  readonly url: string
  /** A call of its API by who holds the key. */
  call(method: string, path: string, body?: object): Promise<Response>
  stop(): Promise<void>
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  await new Promise(resolve => listener.close(resolve))
  return port
}

async function makeDatabase(file: string): Promise<void> {
  // PowerDNS brings its schema, and node:sqlite runs it.
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(file)
  database.exec(await readFile(schema, 'utf8'))
  database.close()
}

const patience = 20_000

/** Asks until it answers. */
async function untilUp(call: PowerDns['call'], gone: () => boolean): Promise<void> {
  const end = performance.now() + patience
  while (performance.now() < end && !gone()) {
    const status = await call('GET', '/servers/localhost').then(
      answer => answer.status,
      () => 0,
    )
    if (status === 200) return
    await pause(50)
  }
  throw new Error('PowerDNS did not start')
}

/** PowerDNS with its HTTP API and a database of its own in a folder; nothing of the system's configuration is read. */
export async function startPowerDns(folder: string, key: string): Promise<PowerDns> {
  await mkdir(folder, { recursive: true })
  const database = join(folder, 'pdns.sqlite3')
  if (!existsSync(database)) await makeDatabase(database)
  const [apiPort, dnsPort] = [await freePort(), await freePort()]
  const settings = {
    launch: 'gsqlite3',
    'gsqlite3-database': database,
    'local-address': '127.0.0.1',
    'local-port': dnsPort,
    'socket-dir': folder,
    daemon: 'no',
    guardian: 'no',
    'disable-syslog': 'yes',
    api: 'yes',
    'api-key': key,
    webserver: 'yes',
    'webserver-address': '127.0.0.1',
    'webserver-port': apiPort,
    'security-poll-suffix': '',
    loglevel: 3,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(join(folder, 'pdns.conf'), lines.join(''), { mode: 0o600 })
  const child = spawn(server, [`--config-dir=${folder}`], { stdio: 'ignore' })
  const exit = once(child, 'exit')
  const url = `http://127.0.0.1:${apiPort}`
  const call: PowerDns['call'] = (method, path, body) =>
    fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  await untilUp(call, () => child.exitCode !== null)
  return {
    ...{ url, call },
    async stop() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

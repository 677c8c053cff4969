import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Lifetime } from './lifetime.ts'

const [programs] = globSync('/usr/lib/postgresql/*/bin').sort().reverse()

/** Why tests that need a PostgreSQL are skipped; false where Debian's is here. */
export const withoutPostgres = programs === undefined && 'PostgreSQL is not installed: apt-get install postgresql'

/** Whom it runs as: it refuses to be root, so root runs it as the user that Debian made for it. */
function runner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8').match(/^postgres:[^:]*:(\d+):(\d+):/m)
  if (line === null) throw new Error('there is no user postgres')
  return { uid: Number(line[1]), gid: Number(line[2]) }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  await new Promise(resolve => listener.close(resolve))
  return port
}

/** Starts a program of PostgreSQL's with the server's own messages, which come in English. */
const started = (program: string, args: readonly string[]) =>
  spawn(join(programs ?? '', program), args, {
    ...runner(),
    cwd: '/',
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })

async function untilReady(server: ReturnType<typeof started>): Promise<void> {
  let said = ''
  for await (const chunk of server.stderr.iterator({ destroyOnReturn: false })) {
    said += String(chunk)
    if (said.includes('ready to accept connections')) {
      server.stderr.resume()
      return
    }
  }
  throw new Error(`PostgreSQL did not start: ${said}`)
}

/** A PostgreSQL of its own, without TLS, whose one user is `sally`. Gives its address. */
export async function startPostgres(t: Lifetime, password: string): Promise<string> {
  const { uid, gid } = runner()
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-postgres-'))
  const secret = join(folder, 'password')
  await writeFile(secret, password)
  if (uid !== undefined && gid !== undefined) for (const path of [folder, secret]) await chown(path, uid, gid)
  const data = join(folder, 'data')
  const rights = ['--auth=scram-sha-256', '--username=sally', `--pwfile=${secret}`]
  const made = started('initdb', [`--pgdata=${data}`, ...rights, '--encoding=UTF8', '--locale=C', '--no-sync'])
  const [said, [status]] = await Promise.all([text(made.stderr), once(made, 'exit')])
  if (status !== 0) throw new Error(`initdb ended with ${status}: ${said}`)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off']
  const server = started('postgres', ['-D', data, ...settings.flatMap(setting => ['-c', setting])])
  const exit = once(server, 'exit')
  t.after(async () => {
    server.kill('SIGINT')
    await exit
    await rm(folder, { recursive: true, force: true })
  })
  await untilReady(server)
  return `postgres://sally:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
}

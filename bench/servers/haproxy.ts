import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startPinned } from '../processes.ts'
import { guardedPath, plainPath, type Server, type Site } from './server.ts'

const command = 'haproxy'
const config = fileURLToPath(new URL('haproxy.cfg', import.meta.url))

export async function startHaproxy({ folder, core, backendPort, issuer, audience, publicKey }: Site): Promise<Server> {
  const [guarded, plain] = [await freePort(), await freePort()]
  const env = {
    GUARDED_PORT: String(guarded),
    PLAIN_PORT: String(plain),
    BACKEND_PORT: String(backendPort),
    PUBLIC_KEY: publicKey,
    ISSUER: issuer,
    AUDIENCE: audience,
  }
  const log = join(folder, 'haproxy.log')
  const args = ['-db', '-f', config] // not -q, which sends the log to /dev/null
  const pid = await startPinned({ core, command, args, env, output: log, port: plain, path: plainPath })
  const [version = ''] = execFileSync(command, ['-v'], { encoding: 'utf8' }).split(' - ')
  const routes = { guarded: { port: guarded, path: guardedPath }, plain: { port: plain, path: plainPath } }
  return { name: 'haproxy', version: `${version.trim()}, one thread`, pid, log, routes }
}

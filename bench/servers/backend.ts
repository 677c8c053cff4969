import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startPinned } from '../processes.ts'

const config = fileURLToPath(new URL('backend.cfg', import.meta.url))

/** Starts the backend on the load's core. Gives its port. */
export async function startBackend(folder: string, core: number): Promise<number> {
  const port = await freePort()
  const env = { BACKEND_PORT: String(port) }
  const args = ['-q', '-db', '-f', config]
  await startPinned({ core, command: 'haproxy', args, env, output: join(folder, 'backend.log'), port, path: '/' })
  return port
}

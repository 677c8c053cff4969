import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const command = join(import.meta.dirname, '..', 'packages', 'sallyport', 'bin', 'sallyport.js')

/**
 * Starts `sallyport up` with these arguments, and ends this process when it ends. Gives where it listens, once it does. Ctrl-C
 * reaches it once, through us: a second signal would end it at once.
 */
export async function runGateway(args: readonly string[]): Promise<{ readonly http: string }> {
  const gateway = spawn(process.execPath, [command, 'up', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => gateway.kill(signal))
  gateway.on('exit', code => process.exit(code ?? 1))
  const [ready] = await once(createInterface(gateway.stdout), 'line')
  return JSON.parse(ready)
}

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startPinned } from '../processes.ts'

const home = new URL('../../packages/sallyport/', import.meta.url)
const command = fileURLToPath(new URL('bin/sallyport.js', home))

interface Place {
  readonly folder: string
  readonly core: number
  readonly backendPort: number
}

/** Sallyport with one open API that threats guard at level 2 or not, without records of calls. */
export async function startThreatsGuard({ folder, core, backendPort }: Place, mode: 'block' | 'off') {
  const [http, management] = [await freePort(), await freePort()]
  const file = join(folder, `threats-${mode}.yaml`)
  const inspect = mode === 'off' ? {} : { inspect: { threats: mode } }
  const api = {
    ...{ path: '/', identify: 'anonymous', authorize: 'anyone', ...inspect },
    forward: { to: `http://127.0.0.1:${backendPort}` },
  }
  writeFileSync(file, JSON.stringify({ sallyport: 1, gateway: { http, management, log: 'off' }, apis: { all: api } }))
  const pid = await startPinned({
    ...{ core, command: process.execPath, port: http, path: '/v' },
    args: [command, 'up', '-c', file, '--data', join(folder, `threats-${mode}.data`)],
    output: join(folder, `threats-${mode}.log`),
  })
  const { version } = JSON.parse(readFileSync(new URL('package.json', home), 'utf8'))
  return {
    port: http,
    pid,
    version: `sallyport ${version}, threats ${mode === 'off' ? 'off' : 'at level 2'}, Node ${process.versions.node}`,
  }
}

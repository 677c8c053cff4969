import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { runGateway } from '../gateway.ts'
import { gitHub, realToken } from './api.ts'
import { linesToTry } from './lines.ts'

const here = import.meta.dirname
const root = join(here, '..', '..')

// Other ports (0 for a free one) and another folder let several examples run beside each other.
const { values } = parseArgs({
  options: {
    http: { type: 'string' },
    management: { type: 'string' },
    api: { type: 'string' },
    folder: { type: 'string' },
  },
})
const made = values.folder ?? join(here, '.made')
const data = join(values.folder ?? root, '.sallyport')

console.log('Starting a stand-in for GitHub and the gateway before it ...')
await mkdir(made, { recursive: true, mode: 0o700 })
await writeFile(join(made, 'github-token'), realToken, { mode: 0o600 })
const api = gitHub()
api.on('error', error => {
  console.error(`The stand-in cannot listen: ${error.message}. Another one? Say npm run bot -- --api PORT`)
  process.exit(1)
})
await once(api.listen(Number(values.api ?? 9002), '127.0.0.1'), 'listening')

/** A second configuration file, which wins over sallyport.yaml: what is here another than there. */
async function overlay(): Promise<string[]> {
  if (Object.keys(values).length === 0) return []
  const { port } = api.address() as AddressInfo
  const file = join(made, 'overlay.yaml')
  const gateway = {
    http: Number(values.http ?? 8080),
    management: Number(values.management ?? 8081),
    log: './gateway.log',
  }
  const apis = { github: { forward: { to: `http://127.0.0.1:${port}` } } }
  await writeFile(file, JSON.stringify({ gateway, apis }))
  return ['-c', file]
}

const { http } = await runGateway(['-c', join(here, 'sallyport.yaml'), ...(await overlay()), '--data', data])
const file = (name: string) => relative(root, join(made, name))
const lines = linesToTry({ url: http, file, data: values.folder === undefined ? undefined : data })
console.log(`Ready: the gateway on ${http}; its log is ${file('gateway.log')}

Try, in another terminal in this folder:
${lines.map(([told, line]) => `\n  ${told}\n    ${line}\n`).join('')}
Ctrl-C stops it.`)

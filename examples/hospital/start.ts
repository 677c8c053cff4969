import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { runGateway } from '../gateway.ts'
import { hospitalApi } from './api.ts'
import { makeCredentials } from './credentials.ts'
import { linesToTry } from './lines.ts'

const here = import.meta.dirname
const root = join(here, '..', '..')

// Other ports (0 for a free one) and another folder let several examples run beside each other.
const { values } = parseArgs({
  options: {
    http: { type: 'string', default: '8080' },
    management: { type: 'string', default: '8081' },
    folder: { type: 'string', default: join(here, '.made') },
  },
})
const { folder } = values

console.log('Starting the hospital and the gateway before it ...')
await makeCredentials(folder, Date.now())
const api = hospitalApi()
await once(api.listen(0, '127.0.0.1'), 'listening')
const { port } = api.address() as AddressInfo

/** A second configuration file, which wins over sallyport.yaml: the ports, and what was made. */
const overlay = join(folder, 'overlay.yaml')
const gateway = { http: Number(values.http), management: Number(values.management), log: './gateway.log' }
const issuers = { hospital: { keys: { file: './jwks.json' } } }
const apis = { hospital: { forward: { to: `http://127.0.0.1:${port}` } } }
await writeFile(overlay, JSON.stringify({ gateway, issuers, apis }))

const { http } = await runGateway(['-c', join(here, 'sallyport.yaml'), '-c', overlay, '--data', join(folder, 'data')])
const lines = linesToTry({ url: http, token: name => relative(root, join(folder, name)) })
console.log(`Ready: the gateway on ${http}.

Try, in another terminal in this folder:
${lines.map(([told, line]) => `\n  ${told}\n    ${line}\n`).join('')}
Ctrl-C stops it.`)

import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { runGateway } from '../gateway.ts'
import { warehouseApi } from './api.ts'
import { makeCredentials } from './credentials.ts'
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

console.log('Starting the warehouse API and the gateway before it ...')
await makeCredentials(made, Date.now())
const api = warehouseApi()
api.on('error', error => {
  console.error(`The warehouse API cannot listen: ${error.message}. Another one? Say npm start -- --api PORT`)
  process.exit(1)
})
await once(api.listen(Number(values.api ?? 9001), '127.0.0.1'), 'listening')

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
  const issuers = { staff: { keys: { file: './jwks.json' } } }
  const apis = { warehouse: { forward: { to: `http://127.0.0.1:${port}` } } }
  await writeFile(file, JSON.stringify({ gateway, issuers, apis }))
  return ['-c', file]
}

const { http } = await runGateway(['-c', join(here, 'sallyport.yaml'), ...(await overlay()), '--data', data])
const token = (name: string) => relative(root, join(made, name))
const lines = linesToTry({ url: http, token, data: values.folder === undefined ? undefined : data })
console.log(`Ready: the gateway on ${http}; its log is ${relative(root, join(made, 'gateway.log'))}

Try, in another terminal in this folder:
${lines.map(([told, line]) => `\n  ${told}\n    ${line}\n`).join('')}
Ctrl-C stops it.`)

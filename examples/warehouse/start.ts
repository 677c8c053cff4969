import { spawn } from 'node:child_process'
import { join, relative } from 'node:path'
import { warehouseApi } from './api.ts'
import { makeCredentials } from './credentials.ts'

const here = import.meta.dirname
const root = join(here, '..', '..')
const made = join(here, '.made')
const data = process.env.SALLYPORT_DATA ?? join(root, '.sallyport')
const command = join(root, 'packages', 'sallyport', 'bin', 'sallyport.js')

await makeCredentials(made, Date.now())
const api = warehouseApi()
api.on('error', error => {
  console.error(`The warehouse API cannot listen on 127.0.0.1:9001: ${error.message}`)
  process.exit(1)
})
await new Promise<void>(resolve => api.listen(9001, '127.0.0.1', resolve))

const gateway = spawn(process.execPath, [command, 'up', '-c', join(here, 'sallyport.yaml'), '--data', data], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => gateway.kill(signal))
gateway.on('exit', code => process.exit(code ?? 1))

const token = (name: string) => `-H "Authorization: Bearer $(cat ${relative(root, join(made, name))})"`
const lines = `
Try, in another terminal in this folder:

  An allowed call: token_1 may list items
    curl -i ${token('token_1')} http://127.0.0.1:8080/warehouse/items

  A refused one: token_1 may not order
    curl -i ${token('token_1')} -d '{"item":"saw","count":1}' http://127.0.0.1:8080/warehouse/orders

  A limited one: token_2 may call five times in ten seconds
    for i in 1 2 3 4 5 6; do curl -i ${token('token_2')} http://127.0.0.1:8080/warehouse/items/saw; done

  Why? Ask with the Sallyport-Call-Id of an answer, or for a call that was never made
    npx sallyport explain CALL-ID
    npx sallyport explain 'POST /warehouse/orders' --token @${relative(root, join(made, 'token_1'))}

Ctrl-C stops it.
`

gateway.stdout.setEncoding('utf8')
gateway.stdout.on('data', (text: string) => {
  process.stdout.write(text)
  if (text.includes('ready')) process.stdout.write(lines)
})

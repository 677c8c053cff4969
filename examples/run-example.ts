import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { runGateway } from './gateway.ts'
import { type Line, linesText, type Started } from './lines.ts'

/** Where the API and the gateway before it are. */
export interface Where {
  readonly api: string
  readonly gateway: string
  /** What the gateway calls itself when it tells an API who calls: by the port that it was asked to take. */
  readonly issuer: string
}

/** An API in this process, and a gateway before it. */
export interface Example {
  /** Its own folder, where sallyport.yaml stands. */
  readonly here: string
  /** What the API is called: `the warehouse API`. */
  readonly name: string
  /** How people start it: `npm start`. */
  readonly command: string
  /** Loads what answers, which is made once it is known where all are. The gateway starts meanwhile. */
  api(): Promise<(where: Where) => RequestListener | Promise<RequestListener>>
  /** The API's port, where none is asked for. */
  readonly port: number
  /** Writes what the gateway and the lines need into a folder. */
  prepare(folder: string): Promise<void>
  /** What the configuration says otherwise, where the API is elsewhere than usual. */
  elsewhere(url: string): object
  /** What to type. */
  lines(started: Started): readonly Line[]
}

const root = join(import.meta.dirname, '..')

// Other ports (0 for a free one) and another folder let several examples run beside each other.
const options = {
  http: { type: 'string' },
  management: { type: 'string' },
  api: { type: 'string' },
  folder: { type: 'string' },
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

/** Has the API listen, which answers when it has been made. */
async function listen({ name, command, port }: Example, asked: string | undefined) {
  const server = createServer()
  server.on('error', error => {
    console.error(`${name} cannot listen: ${error.message}. Another port? Say ${command} -- --api PORT`)
    process.exit(1)
  })
  await once(server.listen(Number(asked ?? port), '127.0.0.1'), 'listening')
  const address = server.address()
  return { server, api: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}` }
}

/** A second configuration file, which wins over sallyport.yaml: what is here another than there. */
async function overlay(file: string, { http, management }: Values, elsewhere: object): Promise<void> {
  const gateway = { http: Number(http ?? 8080), management: Number(management ?? 8081), log: './gateway.log' }
  await writeFile(file, JSON.stringify({ gateway, ...elsewhere }))
}

/** Starts an example as its command line says, tells what to type, and stays until it is told to stop. */
export async function runExample(example: Example): Promise<void> {
  const { values } = parseArgs({ options })
  const { here, name } = example
  const made = values.folder ?? join(here, '.made')
  const data = join(values.folder ?? root, '.sallyport')
  console.log(`Starting ${name} and the gateway before it ...`)
  await mkdir(made, { recursive: true, mode: 0o700 })
  const { server, api } = await listen(example, values.api)
  await example.prepare(made)
  const files = ['-c', join(here, 'sallyport.yaml')]
  if (Object.keys(values).length > 0) {
    files.push('-c', join(made, 'overlay.yaml'))
    await overlay(join(made, 'overlay.yaml'), values, example.elsewhere(api))
  }
  const [{ http }, answering] = await Promise.all([runGateway([...files, '--data', data]), example.api()])
  const issuer = `http://127.0.0.1:${values.http ?? 8080}`
  server.on('request', await answering({ api, issuer, gateway: http }))
  const file = (of: string) => relative(root, join(made, of))
  const lines = example.lines({ url: http, api, file, data: values.folder === undefined ? undefined : data })
  console.log(`Ready: the gateway on ${http}; its log is ${file('gateway.log')}

Try, in another terminal in this folder:
${linesText(lines)}
Ctrl-C stops it.`)
}

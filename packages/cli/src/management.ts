import { readFile } from 'node:fs/promises'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { apiPrefix } from '@sallyport/contract'
import { type Endpoint, Secret } from '@sallyport/core'
import type { ZodType, z } from 'zod'
import { dataFolder, dataOption } from './data-folder.ts'
import type { Options } from './frame/command.ts'
import { Failure, Misuse } from './frame/failure.ts'
import type { Ports } from './frame/ports.ts'

/** Options of every command that asks a running gateway. */
export const managementOptions = {
  ...dataOption,
  management: { type: 'string', value: 'URL', help: 'ask at this address of loopback, not at the socket in --data' },
} as const satisfies Options

/** Asks a running gateway, as the operator. */
export interface ManagementClient {
  call<Input extends ZodType, Output extends ZodType>(
    endpoint: Endpoint<Input, Output>,
    input: z.input<Input> & object,
  ): Promise<z.output<Output>>
}

/** No gateway runs there. */
export class NoGateway extends Failure {}

interface Answer {
  readonly status: number
  readonly text: string
}

const timeoutMs = 30_000

/** The operator's key goes to this machine only: beyond it nothing would hide it. */
function addressOf(text: string): RequestOptions {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const local = url?.protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url === undefined || !local)
    throw new Misuse('--management needs an address of this machine: http://127.0.0.1:8081')
  return { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 80 : url.port }
}

async function readKey(path: string): Promise<Secret> {
  try {
    return new Secret((await readFile(path, 'utf8')).trim())
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!missing) throw new Failure(`${path} cannot be read: only who started the gateway may manage it`)
    throw new NoGateway(`there is no ${path}: start a gateway with \`sallyport up\`, or name its folder with --data`)
  }
}

function send(options: RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, timeout: timeoutMs, agent: false }, (answer: IncomingMessage) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }))
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Path parameters go into the path, the rest into the query or, where the method has one, a JSON body. */
function requestFor({ method, path }: Pick<Endpoint<ZodType, ZodType>, 'method' | 'path'>, input: object) {
  const members = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(members.get(name))
    members.delete(name)
    return encodeURIComponent(value)
  })
  if (method !== 'GET') return { target: apiPrefix + filled, body: JSON.stringify(Object.fromEntries(members)) }
  const query = new URLSearchParams(
    [...members].map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return { target: `${apiPrefix}${filled}${query === '' ? '' : `?${query}`}`, body: undefined }
}

/** A problem document in one sentence; all of it for programs. */
function failureOf({ status, text }: Answer): Failure {
  try {
    const problem = JSON.parse(text)
    const errors = Object.entries(problem.errors ?? {}).map(([name, told]) => `${name} ${[told].flat().join(', ')}`)
    const parts = [problem.title, problem.detail, ...errors].filter(part => typeof part === 'string')
    return new Failure(`${parts.join('. ').replace(/\.$/, '')}.`, { problem })
  } catch {
    return new Failure(`management answered ${status}, which is no answer of Sallyport`)
  }
}

/** Finds the running gateway by its data folder. Throws NoGateway where none runs there. */
export async function managementClient(
  values: { readonly data?: string | undefined; readonly management?: string | undefined },
  ports: Ports,
): Promise<ManagementClient> {
  const folder = dataFolder(values.data, ports)
  const address = values.management === undefined ? { socketPath: folder.socket } : addressOf(values.management)
  const key = await readKey(folder.operatorKey)
  return {
    async call(endpoint, input) {
      const { target, body } = requestFor(endpoint, input)
      const headers = {
        Host: 'localhost',
        Authorization: `Bearer ${key.reveal()}`,
        ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
      }
      const options = { ...address, method: endpoint.method, path: target, headers }
      const answer = await send(options, body).catch((error: Error) => {
        const where = values.management ?? folder.socket
        throw new NoGateway(`no gateway answers at ${where} (${error.message}): start one with \`sallyport up\``)
      })
      if (answer.status !== 200) throw failureOf(answer)
      return endpoint.output.parse(JSON.parse(answer.text))
    },
  }
}

import type { IncomingMessage } from 'node:http'
import { type HeaderList, JsonError, Problem, readJsonBytes } from '@sallyport/core'

const bodyMax = 2 ** 20
const jsonType = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

/** Members of an endpoint's input before its schema has seen them. */
export type RawInput = Record<string, unknown>

const invalid = (name: string, message: string) =>
  new Problem('input-invalid', { errors: { [name]: [message] } }, `${name} ${message}`)

/** Adds members; one that came from another place already is refused, for either could be meant. */
function add(input: RawInput, members: Iterable<readonly [string, unknown]>): void {
  for (const [name, value] of members) {
    if (Object.hasOwn(input, name)) throw invalid(name, 'stands more than once')
    Object.defineProperty(input, name, { value, enumerable: true })
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = new Problem(
    'body-too-large',
    { detail: `at most ${bodyMax} bytes` },
    `more than ${bodyMax} bytes came`,
  )
  if (Number(request.headers['content-length'] ?? 0) > bodyMax) throw tooLarge
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > bodyMax) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function readMembers(bytes: Buffer): [string, unknown][] {
  try {
    const value = readJsonBytes(bytes)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new Problem('body-malformed', { detail: `not JSON: ${error.message}` }, error.message)
  }
  throw new Problem('body-malformed', { detail: 'not a JSON object' }, 'the body is JSON, but no object')
}

const hasBody = (headers: HeaderList) =>
  headers.has('transfer-encoding') || !['0', undefined].includes(headers.get('content-length'))

/** A JSON body must say that it is one: a form that a foreign page sends can't (it would have to ask first, by CORS). */
function requireJson(headers: HeaderList): void {
  if (jsonType.test(headers.get('content-type') ?? '') && !headers.has('content-encoding')) return
  throw new Problem('media-unsupported', { detail: 'send application/json, not encoded' }, 'the body is not plain JSON')
}

/** Everything that a request says: path parameters, query, and a JSON body where the method has one. Throws Problem. */
export async function readInput(
  request: IncomingMessage,
  headers: HeaderList,
  parameters: Readonly<Record<string, string>>,
  query: string | undefined,
): Promise<RawInput> {
  const input: RawInput = {}
  add(input, Object.entries(parameters))
  add(input, new URLSearchParams(query))
  if (!hasBody(headers)) return input
  if (request.method === 'GET' || request.method === 'HEAD') throw invalid('body', 'is not read with GET')
  requireJson(headers)
  add(input, readMembers(await readBody(request)))
  return input
}

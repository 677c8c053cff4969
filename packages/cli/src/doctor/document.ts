import { z } from 'zod'
import { Failure, Misuse } from '../frame/failure.ts'
import { failed, isThisMachine, type Looked, notChecked, type Outcome, passed, told, unlessAny } from './points.ts'

const security = z.array(z.record(z.string(), z.array(z.string())))
const content = z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional()
const operation = z.looseObject({
  security: security.optional(),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content })).default({}),
})
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const
const pathItem = z.looseObject(Object.fromEntries(methods.map(method => [method, operation.optional()])))
const schemes = z.record(z.string(), z.looseObject({ type: z.string().optional() }))

/** What of a document is looked at (OpenAPI 3.1). */
const openapi = z.looseObject({
  openapi: z.string().startsWith('3.'),
  security: security.default([]),
  paths: z.record(z.string(), pathItem).default({}),
  components: z.looseObject({ securitySchemes: schemes.default({}) }).optional(),
})

type Document = z.output<typeof openapi>

/** An operation, named as callers know it, with the ways in that it has. */
interface Named extends z.output<typeof operation> {
  readonly called: string
  readonly method: string
  readonly ways: z.output<typeof security>
}

function operationsOf(document: Document): readonly Named[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap(method => {
      const declared = operation.optional().parse(item[method])
      if (declared === undefined) return []
      const ways = declared.security ?? document.security
      return [{ ...declared, called: `${method.toUpperCase()} ${path}`, method, ways }]
    }),
  )
}

const reading: ReadonlySet<string> = new Set(['get', 'head', 'options'])
const changes = ({ method }: Named) => !reading.has(method)
const isOpen = ({ ways }: Named) => ways.length === 0 || ways.some(way => Object.keys(way).length === 0)
const calledThat = (operations: readonly Named[], is: (operation: Named) => boolean) =>
  operations.filter(is).map(({ called }) => called)

/** What came of asking for a document. */
interface Asked {
  readonly url: URL
  readonly headers: Headers
  readonly document: Document
}

const bytesMax = 8 * 2 ** 20
const timeoutMs = 10_000
/** A page that nobody lists (RFC 6761 section 6.4). */
const stranger = 'https://doctor.invalid'

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username + url.password !== '')
    throw new Misuse('--openapi needs a URL without a password, such as https://api.example.com/openapi.json')
  return url
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > bytesMax) throw new Error(`more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Asks for the document at a URL, as a page of an origin that nobody lists would. Throws Failure where it can't be had. */
async function ask(text: string): Promise<Asked> {
  const url = addressOf(text)
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const headers = { Accept: 'application/json', Origin: stranger }
    const response = await fetch(url, { headers, redirect: 'error', signal })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return { url, headers: response.headers, document: openapi.parse(JSON.parse(await textOf(response))) }
  } catch (error) {
    const why =
      error instanceof z.ZodError || error instanceof SyntaxError ? 'it is no OpenAPI 3 in JSON' : String(error)
    throw new Failure(`${url.origin}${url.pathname} gave no document to look at: ${why}`)
  }
}

function https({ protocol, hostname }: URL): Outcome {
  const mend = 'serve it with tls: { cert, key }, or behind the gateway'
  if (protocol === 'https:') return passed('it was asked over TLS')
  if (!isThisMachine(hostname)) return failed('it answers without TLS', mend)
  return notChecked('plain HTTP on this machine: whether TLS ends before it cannot be seen from here', mend)
}

const authentication = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, op => isOpen(op) && changes(op)),
    'every operation that changes something asks who calls, as the document declares',
    'anybody may change something',
    'identify: anything but anonymous there',
  )

function authorization(operations: readonly Named[]): Outcome {
  const loose = calledThat(operations, op => {
    const hasScope = op.ways.every(way => Object.values(way).some(scopes => scopes.length > 0))
    return changes(op) && !isOpen(op) && !hasScope
  })
  if (loose.length === 0) return passed('nothing is changed without a scope, as the document declares')
  return notChecked(`${told(loose)}: a document tells scopes alone`, 'authorize: scopes(...) there')
}

const hasSchema = (declared: z.output<typeof content>) =>
  Object.values(declared ?? {}).some(({ schema }) => schema !== undefined)

const input = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, ({ method, requestBody }) =>
      requestBody === undefined ? false : method !== 'get' && !hasSchema(requestBody.content),
    ),
    'every body that is taken has a schema, as the document declares',
    'bodies are taken as they come',
    'body: SCHEMA there',
  )

const output = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, ({ responses }) =>
      Object.entries(responses).some(([status, told]) => /^2/.test(status) && told.content && !hasSchema(told.content)),
    ),
    'every answer with a body has a schema, as the document declares',
    'answers are given as they come',
    'response: SCHEMA there',
  )

const limits = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, ({ responses }) => !Object.hasOwn(responses, '429')),
    'every operation has a limit, as the document declares',
    'declares no limit (429)',
    "limit: { burst: { allow: '100/second', per: 'user' } } there",
  )

function cors(headers: Headers): Outcome {
  const allowed = headers.get('access-control-allow-origin')
  if (allowed === null) return passed('a page of an origin that nobody lists was told nothing')
  return failed(
    `a page of ${stranger} may read the document (${allowed})`,
    'list origins: cors: { origins: [https://...] }',
  )
}

function csrf(operations: readonly Named[], { components }: Document): Outcome {
  const known = components?.securitySchemes ?? {}
  const isAmbient = (name: string) => {
    const scheme = Object.hasOwn(known, name) ? known[name] : undefined
    return scheme === undefined || scheme.in === 'cookie' || scheme.scheme === 'basic'
  }
  const ambient = calledThat(operations, op => changes(op) && op.ways.flatMap(Object.keys).some(isAmbient))
  if (ambient.length === 0) return passed('no credential is declared that browsers add by themselves')
  return notChecked(`${told(ambient)}: a document does not tell`, 'inspect: { csrf: true } there')
}

function headers(told: Headers): Outcome {
  const lacking = ['x-content-type-options', 'x-frame-options'].filter(name => !told.has(name))
  return unlessAny(lacking, 'the document came with them', 'is missing', 'protect: { securityHeaders: true }')
}

const unseen = (what: string) => notChecked(`a document does not tell ${what}`, 'look at the application itself')

/** What an OpenAPI document at a URL tells, and how it came. */
export async function lookAtDocument(text: string): Promise<Looked> {
  const asked = await ask(text)
  const operations = operationsOf(asked.document)
  return {
    https: https(asked.url),
    authentication: authentication(operations),
    authorization: authorization(operations),
    input: input(operations),
    output: output(operations),
    errors: unseen('what an error shows'),
    logging: unseen('what is logged'),
    limits: limits(operations),
    cors: cors(asked.headers),
    csrf: csrf(operations, asked.document),
    headers: headers(asked.headers),
    secrets: unseen('where secrets are kept'),
  }
}

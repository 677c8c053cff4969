import { z } from 'zod'
import { Failure, Misuse } from '../frame/failure.ts'

const security = z.array(z.record(z.string(), z.array(z.string())))
export const content = z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional()
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

export type Document = z.output<typeof openapi>

/** An operation, named as callers know it, with the ways in that it has. */
export interface Named extends z.output<typeof operation> {
  readonly called: string
  readonly method: string
  readonly ways: z.output<typeof security>
}

export function operationsOf(document: Document): readonly Named[] {
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
export const changes = ({ method }: Named) => !reading.has(method)
export const isOpen = ({ ways }: Named) => ways.length === 0 || ways.some(way => Object.keys(way).length === 0)
export const calledThat = (operations: readonly Named[], is: (operation: Named) => boolean) =>
  operations.filter(is).map(({ called }) => called)

/** What came of asking for a document. */
export interface Asked {
  readonly url: URL
  readonly headers: Headers
  readonly document: Document
}

const bytesMax = 8 * 2 ** 20
const timeoutMs = 10_000
/** A page that nobody lists (RFC 6761 section 6.4). */
export const stranger = 'https://doctor.invalid'

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
export async function ask(text: string): Promise<Asked> {
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

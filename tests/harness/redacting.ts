import type { TestContext } from 'node:test'
import { type Answer, startBackend } from './backend.ts'
import { startGateway } from './gateway.ts'
import { openYaml } from './open.ts'
import { bearer, type TestIssuer } from './tokens.ts'

/** An answer of a backend: status, fields and body. */
export interface Given {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
}

export const json = { 'Content-Type': 'application/json' }

const answering =
  (given: Given): Answer =>
  (request, response) => {
    for (const [name, value] of Object.entries(given.headers ?? json)) response.setHeader(name, value)
    response.statusCode = given.status ?? 200
    response.end(request.method === 'HEAD' ? undefined : (given.body ?? ''))
  }

/** A gateway for everybody that redacts what a backend gives. `redact` is written in YAML's flow style. */
export async function startRedacting(t: TestContext, redact: string, given: Given | Answer) {
  const backend = await startBackend(t, typeof given === 'function' ? given : answering(given))
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [`protect: { redact: ${redact} }`] }))
  const get = (headers: Record<string, string> = {}, method = 'GET') =>
    gateway.call('/shop/things', { method, headers })
  return { backend, gateway, get }
}

const staff = '{ issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }'

/** The same for callers with a token of an issuer; `as` calls with claims of it. */
export async function startRedactingFor(
  t: TestContext,
  issuer: TestIssuer,
  redact: string,
  given: Given,
  forward = '',
) {
  const backend = await startBackend(t, answering(given))
  const yaml = openYaml({
    ...{ to: backend.url, before: `issuers: { staff: ${staff} }`, identify: '{ jwt: staff }' },
    ...(forward !== '' && { forward }),
    api: [`protect: { redact: ${redact} }`],
  })
  const gateway = await startGateway(t, yaml, { files: { 'jwks.json': issuer.jwks } })
  const as = async (claims: object, more: Readonly<Record<string, string>> = {}) => {
    const { headers } = bearer(await issuer.token(claims))
    return gateway.call('/shop/things', { headers: { ...headers, ...more } })
  }
  return { backend, gateway, as }
}

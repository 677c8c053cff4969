import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { narrowMagicToken } from '@sallyport/tokens'
import { type Answer, type Backend, startBackend } from './backend.ts'
import { type GatewayOptions, startGateway, type TestGateway } from './gateway.ts'
import type { Lifetime } from './lifetime.ts'

/** What the tests' upstreams want, and nobody but they may see. */
export const realToken = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'

/** How the gateways of these tests are reached as far as tokens are concerned. */
export const magicUrl = 'https://api.example.com'

interface Written {
  readonly to: string
  /** Further members of the API `github`, a line each. */
  readonly api?: readonly string[]
  readonly identify?: string
  readonly authorize?: string
  /** Further members of `forward`. */
  readonly forward?: string
  /** Further APIs: lines that stand below `apis`, indented by two. */
  readonly more?: string
}

export const magicYaml = ({
  to,
  api = [],
  identify = 'magicToken',
  authorize = 'token',
  forward,
  more = '',
}: Written) => `
sallyport: 1
gateway: { http: 0, url: ${magicUrl} }
apis:
  github:
    path: /github
    identify: ${identify}
    authorize: ${authorize}
    forward: { to: "${to}", credential: sealed${forward === undefined ? '' : `, ${forward}`} }
    ${api.join('\n    ')}
${more}`

/** A gateway in this process or in one of its own, with its data in the folder `data`. */
export interface Managed {
  readonly folder: string
  readonly running: { readonly management: string }
}

/** The operator's call to a gateway's management door. */
export async function manage(gateway: Managed, path: string, body: object | string) {
  const key = await readFile(join(gateway.folder, 'data', 'operator.key'), 'utf8')
  return fetch(`${gateway.running.management}/api/v1${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key.trim()}`, 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

export const bearerCredential = { kind: 'header', name: 'Authorization', scheme: 'Bearer', value: realToken }

/** Asks for a token of the API `github`, with a GitHub token in it unless told otherwise. */
export const mintFor = (gateway: Managed, order: object) =>
  manage(gateway, '/tokens', { api: 'github', credential: bearerCredential, ...order })

/** A token that was made; throws where it was refused. */
export async function minted(gateway: Pick<TestGateway, 'folder' | 'running'>, order: object): Promise<string> {
  const response = await mintFor(gateway, order)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`no token was made: ${text}`)
  return JSON.parse(text).token
}

export interface MagicGateway extends TestGateway {
  readonly backend: Backend
  /** A token that was made; throws where it was refused. */
  mint(order: object): Promise<string>
  /** A call with a token, as Bearer. */
  as(token: string, path: string, init?: RequestInit): Promise<Response>
}

/** A gateway whose API `github` takes magic tokens, before a backend that records what it gets. */
export async function startMagic(
  t: Lifetime,
  written: Omit<Written, 'to'> & { readonly answer?: Answer; readonly options?: GatewayOptions } = {},
): Promise<MagicGateway> {
  const { answer, options, ...rest } = written
  const backend = await startBackend(t, answer)
  const gateway = await startGateway(t, magicYaml({ to: backend.url, ...rest }), options)
  return {
    ...gateway,
    backend,
    mint: order => minted(gateway, order),
    as: (token, path, { headers, ...init } = {}) =>
      gateway.call(path, { ...init, headers: { Authorization: `Bearer ${token}`, ...headers } }),
  }
}

/** A narrower token, as its holder makes it. */
export const narrowed = (
  token: string,
  constraints: Parameters<typeof narrowMagicToken>[1]['constraints'],
  seal = false,
) => narrowMagicToken(token, { constraints, seal })

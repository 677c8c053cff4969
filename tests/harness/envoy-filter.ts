import { parse } from 'yaml'
import { z } from 'zod'
import { type Asked, ask } from './door-call.ts'

const exact = z.strictObject({ exact: z.string() })
const patterns = z.strictObject({ patterns: z.array(exact) })

/** What of ext_authz's settings this filter knows: whatever else stands there is a fault of the page. */
const settings = z.strictObject({
  '@type': z.literal('type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz'),
  failure_mode_allow: z.literal(false),
  allowed_headers: patterns,
  http_service: z.strictObject({
    server_uri: z.strictObject({ uri: z.string(), cluster: z.string(), timeout: z.string() }),
    authorization_request: z.strictObject({
      headers_to_add: z.array(z.strictObject({ key: z.string(), value: z.string() })),
    }),
    authorization_response: z.strictObject({ allowed_upstream_headers: patterns }),
  }),
})

const filters = z.strictObject({
  http_filters: z.tuple([z.strictObject({ name: z.literal('envoy.filters.http.ext_authz'), typed_config: settings })]),
})

export interface Sent {
  readonly path: string
  readonly method?: string
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Where the caller's connection comes from. */
  readonly from: string
}

/** What came of a call: the fields that go to the backend, or the answer to the caller. */
export type Filtered = { readonly upstream: Readonly<Record<string, string>> } | { readonly denied: Asked }

/**
 * Asks a door as Envoy's HTTP client of ext_authz does (source/extensions/filters/common/ext_authz/ext_authz_http_impl.cc): method, path, host,
 * Content-Length 0, Authorization and what is allowed of the caller's; then `headers_to_add` over that. 200 lets by, all else is the answer.
 */
export function envoyFilter(snippet: string, door: string, secret: string) {
  const [{ typed_config: config }] = filters.parse(parse(snippet)).http_filters
  const { authorization_request, authorization_response } = config.http_service
  const told = new Set(['host', 'authorization', ...config.allowed_headers.patterns.map(({ exact }) => exact)])
  const adopted = new Set(authorization_response.allowed_upstream_headers.patterns.map(({ exact }) => exact))
  return async ({ path, method = 'GET', headers = {}, from }: Sent): Promise<Filtered> => {
    const own = Object.entries({ host: 'api.example.com', ...headers }).filter(([name]) => told.has(name))
    const added = authorization_request.headers_to_add.map(({ key, value }) => {
      const filled = value.replace('%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', from)
      return [key, filled.replace('the secret of the door', secret)] as const
    })
    const sent = Object.fromEntries<string | string[]>([
      ...own.map(([name, value]): [string, string | string[]] => [
        name,
        typeof value === 'string' ? value : [...value],
      ]),
      ['content-length', '0'],
      ...added.map(([name, value]): [string, string] => [name, value]),
    ])
    const answer = await ask(door, { path, method, headers: sent })
    if (answer.status !== 200) return { denied: answer }
    const upstream = Object.entries(answer.headers).filter(([name]) => adopted.has(name))
    return { upstream: Object.fromEntries(upstream.map(([name, value]) => [name, String(value)])) }
  }
}

import {
  Client,
  InsufficientScopeError,
  type OAuthClientProvider,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { publicUrl } from './guarded.ts'
import type { Lifetime } from './lifetime.ts'

/** How a client begins: with `initialize`, or with `server/discover`. */
export type Beginning = 'legacy' | 'auto'
export const beginnings: readonly Beginning[] = ['legacy', 'auto']

interface Connecting {
  readonly beginning?: Beginning
  readonly token?: string | undefined
  readonly authProvider?: OAuthClientProvider
  readonly path?: string
}

/** A client of the SDK's, which knows the gateway by its public URL. */
export async function mcpClient(t: Lifetime, gateway: { readonly url: string }, connecting: Connecting) {
  const { beginning = 'legacy', token, authProvider, path = '/warehouse/mcp' } = connecting
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: beginning } })
  const transport = new StreamableHTTPClientTransport(new URL(publicUrl + path), {
    ...(authProvider && { authProvider }),
    ...(token !== undefined && { requestInit: { headers: { Authorization: `Bearer ${token}` } } }),
    fetch: (url, init) => fetch(String(url).replace(publicUrl, gateway.url), init),
  })
  t.after(() => client.close())
  await client.connect(transport)
  return { client, transport }
}

/** The code of the refusal that a client's call ended with. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof InsufficientScopeError) return `scope ${error.requiredScope}`
    if (error instanceof SdkHttpError) return JSON.parse(String(error.data.text)).code
    throw error
  }
  throw new Error('the call was not refused')
}

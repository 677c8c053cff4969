import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { z } from 'zod'
import type { Lifetime } from './lifetime.ts'

/** A real authorization server: it issues opaque access tokens, tells of them (RFC 7662) and ends them (RFC 7009). */
export interface Authority {
  readonly url: string
  readonly introspection: string
  /** As which an API asks it. */
  readonly api: { readonly clientId: string; readonly clientSecret: string }
  /** Another caller, for clients that don't encode what they are called (RFC 6749 section 2.3.1). */
  readonly agent: { readonly clientId: string; readonly clientSecret: string; readonly expectedIssuer: string }
  /** An access token of the client `caller`, by client credentials. */
  token(scope: string): Promise<string>
  revoke(token: string): Promise<void>
  /** How often it was asked about tokens. */
  readonly asked: () => number
}

const caller = { clientId: 'caller', clientSecret: 'the secret of a/caller:1%' }
const agent = { clientId: 'agent', clientSecret: 'the-secret-of-an-agent' }
const api = { clientId: 'api', clientSecret: 'the secret+of an/api:1%' }

const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
const basic = ({ clientId, clientSecret }: typeof caller) => ({
  Authorization: `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`,
})

const clientOf = ({ clientId, clientSecret }: typeof caller, grants: readonly string[], method: string) => ({
  client_id: clientId,
  client_secret: clientSecret,
  grant_types: grants,
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: method,
})

const configuration = (method: string) => ({
  clients: [
    ...[caller, agent].map(one => clientOf(one, ['client_credentials'], 'client_secret_basic')),
    clientOf(api, [], method),
  ],
  scopes: ['read', 'write'],
  ttl: { ClientCredentials: 600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_: unknown, audience: string) => ({ audience, scope: 'read write' }),
    },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
  },
})

/** `method` is how an API must show its secret. The authority goes by `Date`, which a test may mock. */
export async function startAuthority(
  t: Lifetime,
  method: 'client_secret_basic' | 'client_secret_post' = 'client_secret_basic',
): Promise<Authority> {
  let asked = 0
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const answer = new Provider(url, configuration(method)).callback()
  const introspection = '/token/introspection'
  server.on('request', (request, response) => {
    if (request.url === introspection) asked += 1
    answer(request, response)
  })
  const post = async (path: string, form: Record<string, string>) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: basic(caller),
      body: new URLSearchParams(form),
    })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.text()
  }
  return {
    url,
    introspection: url + introspection,
    api,
    agent: { ...agent, expectedIssuer: url },
    async token(scope) {
      const given = await post('/token', { grant_type: 'client_credentials', scope })
      return z.object({ access_token: z.string() }).parse(JSON.parse(given)).access_token
    },
    async revoke(token) {
      await post('/token/revocation', { token })
    },
    asked: () => asked,
  }
}

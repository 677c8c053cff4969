import { api, app, type OAuth2Options, oauth2, scopes } from '@sallyport/sdk'
import { startBackend } from './backend.ts'
import { callerOf } from './caller.ts'
import { FixedClock, startGateway } from './gateway.ts'
import type { Lifetime } from './lifetime.ts'

/** A place that asks an authority about tokens: `GET /items` wants the scope read, `POST /items` write. */
export interface Introspecting {
  readonly clock: FixedClock
  call(headers: Readonly<Record<string, string>>, method?: 'GET' | 'POST'): Promise<Response>
  /** Whom the backend or the handler was told of, call by call. */
  readonly callers: () => readonly (string | undefined)[]
}

/** What both places take in the same words. */
export type Asking = Omit<OAuth2Options, 'clientSecret'> & { readonly clientSecret: string }

async function gateway(t: Lifetime, { clientSecret, ...asking }: Asking): Promise<Introspecting> {
  const backend = await startBackend(t)
  const settings = JSON.stringify({ ...asking, clientSecret: `\${AUTHORITY_SECRET}` })
  const yaml = `
sallyport: 1
gateway: { http: 0 }
apis:
  warehouse:
    path: /warehouse
    identify: { oauth2: ${settings} }
    forward: { to: "${backend.url}", caller: { header: x-caller } }
    operations:
      GET /items: { authorize: { scopes: [read] } }
      POST /items: { authorize: { scopes: [write] } }`
  const { call, clock } = await startGateway(t, yaml, { env: { AUTHORITY_SECRET: clientSecret } })
  return {
    clock,
    call: (headers, method = 'GET') => call('/warehouse/items', { method, headers }),
    callers: () => backend.received.map(received => String(callerOf(received).client_id)),
  }
}

async function application(_: Lifetime, asking: Asking): Promise<Introspecting> {
  const clock = new FixedClock()
  const callers: (string | undefined)[] = []
  const operation = (route: 'GET /items' | 'POST /items', scope: string) =>
    api(route, { authorize: scopes(scope) }, ({ caller }) => {
      callers.push(caller.application?.subject)
      return undefined
    })
  const operations = [operation('GET /items', 'read'), operation('POST /items', 'write')]
  const { fetch } = await app({ operations, identify: oauth2(asking), clock })
  return {
    clock,
    call: (headers, method = 'GET') => fetch(new Request('http://localhost/items', { method, headers })),
    callers: () => callers,
  }
}

export const introspecting = { gateway, application } as const

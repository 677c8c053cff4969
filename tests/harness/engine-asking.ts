import { api, app, jwt, type OutsideOptions, outside } from '@sallyport/sdk'
import { startBackend } from './backend.ts'
import { type GatewayOptions, noon, startGateway, type TestGateway } from './gateway.ts'
import { guardedYaml, staffIssuer } from './guarded.ts'
import type { Lifetime } from './lifetime.ts'
import { bearer, testIssuer } from './tokens.ts'

/** A place where an engine outside is asked before `GET /items/{id}` is answered. */
export interface EngineAsking {
  /** Calls `/items/{id}` as alice of the shop, a clerk with the scope list_items whose office is north. */
  call(id?: string): Promise<Response>
  /** How many calls were let through. */
  readonly passed: () => number
  /** Where it is one. */
  readonly gateway?: TestGateway
}

export type EngineOptions = Omit<OutsideOptions, 'bearer' | 'basic'> & {
  readonly bearer?: string
  readonly basic?: { readonly username: string; readonly password: string }
}

const claims = 'claims: { office: text, floors: texts, level: number }'
const told = { roles: ['clerk'], office: 'north', floors: ['1', '2'], level: 3 }

async function gateway(t: Lifetime, engine: EngineOptions, options: GatewayOptions = {}): Promise<EngineAsking> {
  const [backend, issuer] = [await startBackend(t), await testIssuer()]
  const yaml = guardedYaml({
    to: backend.url,
    issuers: `{ staff: ${staffIssuer(claims)} }`,
    more: `      GET /items/{id}: { authorize: { outside: ${JSON.stringify(engine)} } }`,
  })
  const files = { 'jwks.json': issuer.jwks }
  const started = await startGateway(t, yaml, { ...options, files: { ...files, ...options.files } })
  const token = await issuer.token(told)
  return {
    call: (id = '7') => started.call(`/warehouse/items/${id}?secret=query`, bearer(token)),
    passed: () => backend.received.length,
    gateway: started,
  }
}

async function application(_: Lifetime, engine: EngineOptions): Promise<EngineAsking> {
  const issuer = await testIssuer()
  let passed = 0
  const identify = jwt({
    issuer: 'https://id.example.com',
    audience: 'warehouse',
    pem: issuer.pem,
    claims: { office: 'text', floors: 'texts', level: 'number' },
  })
  const items = api('GET /warehouse/items/{id}', { identify, authorize: outside(engine) }, () => {
    passed += 1
  })
  const { fetch } = await app({
    operations: [items],
    clock: { now: () => noon, elapsed: () => 0 },
  })
  const token = await issuer.token(told)
  return {
    call: (id = '7') =>
      fetch(new Request(`http://localhost/warehouse/items/${id}?secret=query`, bearer(token)), { peer: '127.0.0.1' }),
    passed: () => passed,
  }
}

export const engineAsking = { gateway, application } as const

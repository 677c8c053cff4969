import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { ecRecipient, jwksFor } from '../harness/encrypted.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { keysFile, newKey } from '../harness/keys.ts'
import { goodClaims, type TestIssuer, testIssuer } from '../harness/tokens.ts'

/** A gateway before which every kind of refusal can be met. */
export interface Stand {
  readonly gateway: TestGateway
  readonly issuer: TestIssuer
  /** A key that may be used from another network only. */
  readonly strayKey: string
  readonly operatorKey: string
  /** Resolves when a call has reached the backend that never answers. */
  readonly hanging: Promise<void>
  /** Resolves when a guard has asked a backend that never answers. */
  readonly asking: Promise<void>
}

const open = { identify: 'anonymous', authorize: 'anyone' }
const ownedItems = {
  item: {
    'PUT /{id}': { does: 'create', path: { id: '[a-z0-9-]+' }, exists: { get: '/{id}' } },
    'DELETE /{id}': { does: 'delete', path: { id: '[a-z0-9-]+' } },
  },
}
const ours = ecRecipient('ours')
const closedPort = 'http://127.0.0.1:1'

function apisOf(to: {
  readonly good: string
  readonly broken: string
  readonly silent: string
  readonly asked: string
  readonly text: string
  readonly failing: string
  readonly denying: string
}) {
  const api = (path: string, more: object) => [path, { path: `/${path}`, ...open, forward: { to: to.good }, ...more }]
  const warehouse = {
    'GET /items': { authorize: { scopes: ['list_items'] } },
    'POST /orders': { authorize: { scopes: ['order_item'] } },
    'GET /office': { authorize: { roles: ['clerk'] } },
    'GET /judged': { authorize: { policy: './clerks.cedar' } },
    'GET /either': { authorize: { anyOf: [{ scopes: ['order_item'] }, { roles: ['clerk'] }] } },
    'GET /scarce': { authorize: 'anyone', limit: { daily: { allow: '1/day', per: 'user' } } },
  }
  const rpc = { 'POST /': [{ select: { json: { '/method': 'list' } } }] }
  const files = { 'GET /{name}': {}, 'GET /{folder}/{name}': {} }
  return Object.fromEntries([
    ['warehouse', { path: '/warehouse', identify: { jwt: 'staff' }, forward: { to: to.good }, operations: warehouse }],
    api('rpc', { operations: rpc }),
    api('mcp', { operations: { 'POST / ping': {} } }),
    api('files', { operations: files }),
    api('small', { admit: { maxBody: '10B' } }),
    api('elsewhere', { admit: { ip: { allow: ['192.0.2.0/24'] } } }),
    api('keys', { identify: { apiKey: {} } }),
    api('users', { identify: { basic: {} }, inspect: { csrf: true } }),
    api('watched', { inspect: { threats: 'block' } }),
    api('pages', { inspect: { csrf: true } }),
    api('tokens', { identify: 'magicToken', authorize: 'token', forward: { to: to.good, credential: 'sealed' } }),
    api('gone', { identify: { jwt: 'gone' } }),
    api('plain', { identify: { jwt: 'staff' }, errors: { as: 'json', message: true } }),
    api('owned', {
      ...{ identify: { jwt: 'staff' }, authorize: { ownership: ownedItems }, forward: { to: to.asked } },
      operations: { 'PUT /{id}': {}, 'DELETE /{id}': {} },
    }),
    api('kept', { forward: { to: to.good, cache: true } }),
    api('signing', { forward: { to: to.text }, protect: { sign: { answers: { at: '$.id' } } } }),
    api('signed', { inspect: { signature: { keys: { file: './jwks.json' } } } }),
    api('keyless', { inspect: { signature: { keys: { jwks: closedPort } } } }),
    api('sealed', { inspect: { decrypt: { keys: [{ key: ours.pem }], message: 'body' } } }),
    api('sealing', {
      protect: {
        encrypt: { answers: { keys: { file: './ours.jwks.json' }, fields: [{ at: '$.url', for: 'application' }] } },
      },
    }),
    api('failed', { forward: { to: to.failing }, protect: { errors: 'replace' } }),
    api('denied', { authorize: { outside: { authzen: to.denying } } }),
    api('undecided', { authorize: { outside: { authzen: closedPort } } }),
    api('unreachable', { forward: { to: closedPort } }),
    api('broken', { forward: { to: to.broken } }),
    api('silent', { forward: { to: to.silent, timeouts: { headers: '30s' } } }),
  ])
}

export async function openStand(t: TestContext): Promise<Stand> {
  const issuer = await testIssuer()
  const key = newKey({ ips: ['192.0.2.0/24'] })
  const { promise: hanging, resolve } = Promise.withResolvers<void>()
  const good = await startBackend(t)
  const broken = await startBackend(t, (_, response) => response.destroy())
  const silent = await startBackend(t, () => resolve())
  const { promise: asking, resolve: wasAsked } = Promise.withResolvers<void>()
  const asked = await startBackend(t, () => wasAsked())
  const text = await startBackend(t, (_, response) => response.end('no JSON'))
  const failing = await startBackend(t, (_, response) => response.writeHead(502).end('no JSON'))
  const denying = await startBackend(t, (_, response) =>
    response.setHeader('Content-Type', 'application/json').end('{"decision":false}'),
  )
  const guessing = { perIp: '1000/minute', perAccount: '1/minute' }
  const envoy = { listen: '127.0.0.1:0', secret: newKey().key, apis: ['warehouse'] }
  const shared = { audience: 'warehouse' }
  const yaml = JSON.stringify({
    sallyport: 1,
    gateway: { http: 0, url: 'https://api.example.com', hosts: ['127.0.0.1'], guessing, decisions: { envoy } },
    issuers: {
      staff: { issuer: goodClaims.iss, ...shared, keys: { file: './jwks.json' } },
      gone: { issuer: 'https://gone.example.com', ...shared, keys: { jwks: closedPort } },
    },
    apiKeys: './keys.yaml',
    apis: apisOf({
      good: good.url,
      broken: broken.url,
      silent: silent.url,
      asked: asked.url,
      text: text.url,
      failing: failing.url,
      denying: denying.url,
    }),
  })
  const clerks = 'permit (principal in Role::"clerk", action, resource);'
  const keys = { 'ours.jwks.json': jwksFor(ours), 'jwks.json': issuer.jwks, 'keys.yaml': keysFile({ stray: key }) }
  const files = { ...keys, 'clerks.cedar': clerks }
  const gateway = await startGateway(t, yaml, { files, failures: 'expected' })
  const operatorKey = (await readFile(join(gateway.folder, 'data', 'operator.key'), 'utf8')).trim()
  return { gateway, issuer, strayKey: key.key, operatorKey, hanging, asking }
}

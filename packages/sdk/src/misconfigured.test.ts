import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { endpointOf, type RouteText } from './endpoint.ts'
import {
  all,
  anonymous,
  any,
  anyone,
  api,
  apiKey,
  app,
  basic,
  endpoint,
  type Identify,
  implement,
  jwt,
  logins,
  magicToken,
  oauth2,
  roles,
  scopes,
  sessionMemory,
  sessions,
} from './index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const key = { id: 'one', key: 'a-key-of-many-letters-1' }
const authority = { introspection: 'https://id.example.com/introspect', clientId: 'api', clientSecret: 'x' }
const issued = { issuer: 'https://id.example.com', audience: 'api' }
const store = sessionMemory()
const magic = {
  ...{ gateway: 'https://gateway.example.com', api: 'orders', origin: 'https://orders.example.com' },
  jwks: { keys: [] },
  isRevoked: () => false,
}

/** Declared as somebody might who has no types. */
type Loose = (options: object) => unknown

/** Authenticators with options that can't be meant, and what the refusal names. */
const table: readonly (readonly [make: unknown, options: object, named: RegExp])[] = [
  [jwt, {}, /jwt\.issuer/],
  [jwt, { secret: '' }, /jwt\.secret/],
  [jwt, { secret: undefined }, /jwt\.secret/],
  [jwt, { secret: 'short' }, /jwt\.secret/],
  [jwt, { secret: 'changeme-changeme-changeme-changeme' }, /jwt\.secret/],
  [jwt, { secret, algorithm: 'none' }, /jwt\.algorithm/],
  [jwt, { secret, algorithm: 'RS256' }, /jwt\.algorithm/],
  [jwt, { secret, algorithm: 'HS512' }, /jwt\.secret/],
  [jwt, { secret, audiance: 'x' }, /audiance/],
  [jwt, { secret, audience: [] }, /jwt\.audience/],
  [jwt, { secret, expiry: false }, /jwt\.expiry/],
  [jwt, { secret, jti: true }, /jwt\.jti/],
  [jwt, { secret, revoked: ['a'] }, /jwt\.revoked/],
  [jwt, { secret, leeway: 30 }, /jwt\.leeway/],
  [jwt, { secret, header: 'a b' }, /jwt\.header/],
  [jwt, { secret, scheme: 'Token', query: 'token' }, /jwt\.scheme/],
  [jwt, { secret, query: 'token', cookie: 'token' }, /exactly one place/],
  [jwt, { secret, jwks: { keys: [] } }, /jwks/],
  [jwt, { issuer: 'https://id.example.com' }, /jwt\.audience/],
  [jwt, { ...issued, issuer: 'http://id.example.com' }, /jwt\.issuer/],
  [jwt, { ...issued, issuer: 'any' }, /jwt\.issuer/],
  [jwt, { ...issued, jwks: 'http://id.example.com/keys' }, /jwt\.jwks/],
  [jwt, { ...issued, jwks: { keys: [] } }, /jwt\.jwks/],
  [jwt, { ...issued, pem: 'no key' }, /jwt\.pem/],
  [jwt, { ...issued, pem: 'x', jwks: { keys: [] } }, /jwt\.jwks/],
  [jwt, { ...issued, algorithms: ['HS256'] }, /jwt\.algorithms/],
  [jwt, { ...issued, algorithms: [] }, /jwt\.algorithms/],
  [apiKey, {}, /apiKey\.keys/],
  [apiKey, { keys: [] }, /apiKey\.keys/],
  [apiKey, { keys: [{ id: 'x', key: 'short' }] }, /apiKey\.keys/],
  [apiKey, { keys: [key, key] }, /apiKey\.keys/],
  [apiKey, { keys: [{ ...key, scope: ['read'] }] }, /apiKey\.keys\.0/],
  [apiKey, { keys: [{ ...key, scopes: 'read' }] }, /apiKey\.keys\.0\.scopes/],
  [apiKey, { keys: [key], header: '' }, /apiKey\.header/],
  [basic, {}, /basic\.users/],
  [basic, { users: [] }, /basic\.users/],
  [basic, { users: [{ name: 'ann', password: 'correct horse' }] }, /basic\.users\.0\.password/],
  [basic, { users: [{ name: 'a:b', password: '$argon2id$x' }] }, /basic\.users\.0\.name/],
  [basic, { users: [{ name: 'ann', password: '$argon2id$x' }], realm: '' }, /basic\.realm/],
  [oauth2, {}, /oauth2\.introspection/],
  [oauth2, { ...authority, introspection: 'http://id.example.com/introspect' }, /oauth2\.introspection/],
  [oauth2, { ...authority, introspection: 'https://a:b@id.example.com' }, /oauth2\.introspection/],
  [oauth2, { ...authority, clientId: '' }, /oauth2\.clientId/],
  [oauth2, { ...authority, clientSecret: undefined }, /oauth2\.clientSecret/],
  [oauth2, { ...authority, authentication: 'none' }, /oauth2\.authentication/],
  [oauth2, { ...authority, remember: '1h' }, /oauth2\.remember/],
  [oauth2, { ...authority, remember: 30 }, /oauth2\.remember/],
  [oauth2, { ...authority, timeout: '0s' }, /oauth2\.timeout/],
  [oauth2, { ...authority, tokenUrl: 'https://id.example.com/token' }, /tokenUrl/],
  [magicToken, {}, /magicToken\.gateway/],
  [magicToken, { ...magic, gateway: 'https://gateway.example.com/' }, /magicToken\.gateway/],
  [magicToken, { ...magic, origin: 'https://orders.example.com/v1' }, /magicToken\.origin/],
  [magicToken, { ...magic, api: 'my orders' }, /magicToken\.api/],
  [magicToken, { ...magic, isRevoked: undefined }, /magicToken\.isRevoked/],
  [magicToken, magic, /magicToken\.jwks/],
  [magicToken, { ...magic, parts: 9 }, /magicToken\.parts/],
  [logins, {}, /logins\.find/],
  [logins, { find: 'ann' }, /logins\.find/],
  [logins, { find: () => undefined, perIp: 60 }, /logins\.perIp/],
  [logins, { find: () => undefined, perAccount: '0/15m' }, /logins\.perAccount/],
  [logins, { find: () => undefined, perUser: '5/15m' }, /perUser/],
  [sessions, {}, /sessions\.store/],
  [sessions, { store: {} }, /sessions\.store/],
  [sessions, { store, idle: '59s' }, /sessions\.idle/],
  [sessions, { store, idle: 30 }, /sessions\.idle/],
  [sessions, { store, idle: '13h' }, /sessions\.idle/],
  [sessions, { store, absolute: 'never' }, /sessions\.absolute/],
  [sessions, { store, sameSite: 'none' }, /sessions\.sameSite/],
  [sessions, { store, cookie: 'sid' }, /sessions\.cookie/],
  [sessions, { store, cookie: '__Host-a; Domain=x' }, /sessions\.cookie/],
  [sessions, { store, insecure: true }, /sessions\.insecure/],
  [sessions, { store, insecure: 'localhost', cookie: '__Host-sid' }, /sessions\.cookie/],
  [sessions, { store, secure: false }, /secure/],
  [sessionMemory, { most: 0 }, /sessionMemory\.most/],
]

test('an authenticator that is declared wrongly fails there, and names the option', () => {
  for (const [make, options, named] of table)
    assert.throws(
      () => (make as Loose)(options),
      (error: Error) => {
        assert.ok(error instanceof TypeError, JSON.stringify(options))
        assert.match(error.message, named, JSON.stringify(options))
        assert.doesNotMatch(error.message, /kP3v9|correct horse/)
        return true
      },
      JSON.stringify(options),
    )
  assert.throws(() => any(), /any/)
  assert.throws(() => all(jwt({ secret })), /all/)
  assert.throws(() => scopes(), /scopes/)
  assert.throws(() => roles(), /roles/)
})

test('two ways to tell callers that would take the same credential do not start together, unless it says whose it is', async () => {
  const start = (...of: readonly Identify[]) =>
    app({ operations: [api('GET /it', { identify: any(...of), authorize: anyone }, () => undefined)] })
  await assert.rejects(() => start(jwt({ secret }), jwt({ secret })), /GET \/it: identify: jwt and jwt/)
  await assert.rejects(() => start(jwt({ ...issued }), oauth2(authority)), /jwt and oauth2 both read/)
  await assert.rejects(() => start(oauth2(authority), oauth2({ ...authority, tokens: 'opaque' })), /told apart/)
  await start(jwt({ ...issued }), oauth2({ ...authority, tokens: 'opaque' }))
  await start(jwt({ secret }), oauth2({ ...authority, header: 'X-Token' }))
})

test('what a path does not capture cannot be declared of it', () => {
  const open = { identify: anonymous, authorize: anyone } as const
  const named = (route: RouteText, params: z.ZodType) => [
    () => api(route, { ...open, params }, () => undefined),
    () => endpoint(route, { params }),
    () => implement(endpointOf(route, { params }), open, () => undefined),
  ]
  const id = z.object({ id: z.string() })
  for (const declare of named('GET /items/{item}', id))
    assert.throws(declare, /^TypeError: GET \/items\/\{item\}: params\.id: the path has no such parameter, only item$/)
  for (const declare of named('GET /items', id.partial())) assert.throws(declare, /params\.id: .*, none$/)
  const both = z.object({ id: z.string(), rest: z.string().optional() })
  for (const params of [both, id, z.record(z.string(), z.string()), z.looseObject({})])
    for (const declare of named('GET /items/{id}.{rest}', params)) declare()
  for (const declare of named('GET /{id}/{rest*}', both)) declare()
})

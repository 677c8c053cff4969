import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newMagicKeys } from '@sallyport/tokens'
import { z } from 'zod'
import {
  anonymous,
  answer,
  anyone,
  api,
  apiKey,
  app,
  basic,
  createToken,
  endpoint,
  implement,
  jwt,
  magicToken,
  oauth2,
  redis,
  roles,
  type Schema,
  scopes,
  serve,
} from './index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'

/** What nobody means by most options. */
const nonsense: Readonly<Record<string, unknown>> = {
  none: null,
  number: 7,
  negative: -1,
  noNumber: Number.NaN,
  yes: true,
  object: {},
  strange: { unheard: 1 },
  list: [],
  listOfNothing: [null],
  empty: '',
  controls: 'a\r\nb',
  doing: () => 'x',
  symbol: Symbol('x'),
}
type Nonsense = keyof typeof nonsense

/** A place where options are declared, and which nonsense is none for an option. */
interface Place {
  readonly declare: (options: never) => unknown
  readonly base: Readonly<Record<string, unknown>>
  /** By option: what isn't refused, for it means something there. */
  readonly options: Readonly<Record<string, readonly Nonsense[]>>
}

const place = <Options>(
  declare: (options: Options) => unknown,
  base: Readonly<Record<string, unknown>>,
  options: Place['options'],
): Place => ({ declare: declare as Place['declare'], base, options })

const open = { identify: anonymous, authorize: anyone } as const
const route = api('GET /it', open, () => undefined)
const appWith = (options: object) => app({ operations: [route], ...options })
const key = { id: 'one', key: 'a-key-of-many-letters-1' }
const user = { name: 'ann', password: '$argon2id$x' }
const authority = { introspection: 'https://id.example.com/introspect', clientId: 'api', clientSecret: 'x' }

const where = { header: [], scheme: [], query: [], cookie: [] } as const
const claims = {
  expiry: [],
  leeway: [],
  subject: ['controls'],
  jti: [],
  revoked: [],
  atHash: ['yes'],
  typ: ['controls'],
  user: ['controls'],
  application: ['controls'],
  scopes: ['controls'],
  roles: ['controls'],
  groups: ['controls'],
  shape: [],
} as const satisfies Place['options']

const places: Readonly<Record<string, Place>> = {
  jwt: place(
    jwt,
    { secret },
    { ...where, ...claims, secret: [], algorithm: [], issuer: ['controls'], audience: ['controls'] },
  ),
  'jwt of an issuer': place(
    jwt,
    { issuer: 'https://id.example.com', audience: 'api' },
    { ...where, ...claims, issuer: [], audience: ['controls'], jwks: [], pem: [], algorithms: [] },
  ),
  apiKey: place(apiKey, { keys: [key] }, { ...where, keys: [] }),
  'a key of apiKey': place(
    (options: object) => apiKey({ keys: [{ ...key, ...options }] }),
    {},
    {
      id: ['controls'],
      key: [],
      application: ['controls'],
      scopes: ['list'],
      roles: ['list'],
      expiresAt: [],
    },
  ),
  basic: place(basic, { users: [user] }, { users: [], realm: [] }),
  'a user of basic': place(
    (options: object) => basic({ users: [{ ...user, ...options }] }),
    {},
    { name: ['controls'], password: [], scopes: ['list'], roles: ['list'] },
  ),
  oauth2: place(oauth2, authority, {
    ...where,
    introspection: [],
    clientId: ['controls'],
    clientSecret: ['controls'],
    authentication: [],
    issuer: ['controls'],
    audience: ['controls'],
    tokenType: [],
    tokens: [],
    remember: [],
    timeout: [],
    leeway: [],
  }),
  magicToken: place(
    magicToken,
    {
      ...{ gateway: 'https://gateway.example.com', api: 'orders', origin: 'https://orders.example.com' },
      ...{ jwks: { keys: newMagicKeys().signing.map(({ jwk }) => jwk) }, isRevoked: () => false },
    },
    {
      gateway: [],
      jwks: [],
      api: [],
      origin: [],
      isRevoked: ['doing'],
      keys: [],
      longest: [],
      parts: ['number'],
      header: [],
      scheme: [],
    },
  ),
  limit: place(
    (few: object) => appWith({ limit: { few } }),
    { allow: '1/minute', per: 'everyone' },
    { allow: [], per: ['doing'], algorithm: [], burst: [], headers: [] },
  ),
  rules: place(
    (options: object) => implement(endpoint('GET /it', {}), { ...open, ...options }, () => undefined),
    open,
    {
      identify: [],
      authorize: ['list'],
      limit: ['object'],
      inspect: ['object'],
      protect: ['object'],
    },
  ),
  endpoint: place(
    (options: object) => endpoint('POST /it', options),
    {},
    {
      summary: ['controls'],
      description: ['controls'],
      tags: ['list'],
      params: [],
      query: [],
      headers: [],
      body: [],
      response: [],
      status: [],
      responses: ['object'],
    },
  ),
  operation: place(
    (options: object) => api('POST /it', { ...open, ...options }, () => undefined),
    {},
    {
      summary: ['controls'],
      description: ['controls'],
      tags: ['list'],
      params: [],
      query: [],
      headers: [],
      body: [],
      response: [],
      status: [],
      responses: ['object'],
      identify: [],
      authorize: ['list'],
      limit: ['object'],
      inspect: ['object'],
      protect: ['object'],
    },
  ),
  app: place(
    appWith,
    {},
    {
      operations: ['list'],
      identify: [],
      authorize: ['list'],
      limit: ['object'],
      inspect: ['object'],
      protect: ['object'],
      name: ['controls'],
      title: ['controls'],
      version: ['controls'],
      errors: ['object'],
      securityLog: ['object'],
      counters: ['doing'],
      url: [],
      secret: [],
      trustedProxies: ['list'],
      addresses: [],
      data: ['controls'],
      health: [],
      metrics: [],
      development: [],
      openapi: [],
      reference: [],
      clock: [],
      record: ['doing'],
      fault: ['doing'],
    },
  ),
  errors: place(
    (errors: object) => appWith({ errors }),
    {},
    {
      render: ['doing'],
      message: ['yes'],
      stack: ['yes'],
      log: ['yes'],
    },
  ),
  securityLog: place(
    (securityLog: object) => appWith({ securityLog }),
    { path: '/nowhere/at/all' },
    { path: ['controls'], allowed: ['yes'] },
  ),
  csrf: place(
    (csrf: object) => appWith({ inspect: { csrf } }),
    {},
    {
      session: [],
      cookie: [],
      header: [],
      path: [],
      lasts: [],
      origins: ['list'],
      callers: [],
    },
  ),
  cors: place(
    (cors: object) => appWith({ protect: { cors } }),
    { origins: '*' },
    {
      origins: [],
      methods: [],
      headers: ['list'],
      credentials: [],
      expose: ['list'],
      maxAge: [],
    },
  ),
  securityHeaders: place(
    (securityHeaders: object) => appWith({ protect: { securityHeaders } }),
    {},
    {
      csp: [],
      cspReportOnly: [],
      nonce: [],
      hsts: ['yes', 'object'],
      frameOptions: [],
      referrerPolicy: [],
      xssProtection: [],
      permissionsPolicy: ['object'],
      resourcePolicy: [],
      openerPolicy: [],
      embedderPolicy: [],
      keep: ['list'],
    },
  ),
  serve: place(
    async (options: object) => (await serve(await app({ operations: [route] }), options)).close(0),
    { port: 0 },
    {
      port: ['number'],
      host: [],
      tls: [],
    },
  ),
  redis: place(
    (options: object) => redis('redis://127.0.0.1:6379', options),
    {},
    {
      ca: [],
      allowPlainRedis: ['yes'],
      whenDown: [],
      prefix: [],
      timeout: [],
      lease: [],
    },
  ),
}

/** What declaring comes to: the error, or undefined where it is taken. */
async function faultOf(declare: Place['declare'], options: object): Promise<unknown> {
  try {
    await declare(options as never)
    return undefined
  } catch (error) {
    return error
  }
}

for (const [name, { declare, base, options }] of Object.entries(places))
  test(`${name}: an option that can not be meant fails where it is declared, and is named`, async () => {
    for (const [option, meant] of Object.entries(options))
      for (const [kind, value] of Object.entries(nonsense)) {
        if (meant.includes(kind)) continue
        const fault = await faultOf(declare, { ...base, [option]: value })
        assert.ok(fault instanceof TypeError, `${option}: ${kind} gave ${fault}`)
        assert.ok(fault.message.includes(option), `${option}: ${kind}: ${fault.message}`)
        assert.doesNotMatch(fault.message, /kP3v9|a-key-of-many/)
      }
    const unknown = await faultOf(declare, { ...base, unheardOf: 1 })
    assert.ok(unknown instanceof TypeError, `an unknown option gave ${unknown}`)
    assert.match(unknown.message, /unheardOf/)
  })

test('what is no operation, handler or schema is refused where it is written', async () => {
  assert.throws(() => api('GET /it', open, undefined as never), /^TypeError: GET \/it: needs a handler/)
  const response: Schema = { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) } }
  for (const status of [204, 304])
    assert.throws(() => api('GET /it', { ...open, response, status }, () => 1), /GET \/it: status: has no body/)
  assert.throws(() => api('GET /it', { ...open, responses: { 204: response } }, () => undefined), /responses\.204/)
  assert.throws(() => scopes(7 as never), /scopes/)
  assert.throws(() => roles(''), /roles/)
})

test('a misspelt option does not compile', () => {
  const limt = { few: { allow: '1/minute', per: 'ip' } } as const
  // @ts-expect-error: limt
  assert.throws(() => api('GET /it', { ...open, limt }, () => undefined), /GET \/it: .*limt/)
  // @ts-expect-error: respones
  assert.throws(() => endpoint('GET /it', { respones: 1 }), /GET \/it: .*respones/)
})

test('two operations that answer the same calls do not start', async () => {
  const twin = (path: `/${string}`) => api(`GET ${path}`, open, () => undefined)
  for (const [one, other, fault] of [
    ['/it', '/it', 'GET /it stands twice'],
    ['/it/{a}', '/it/{b}', 'GET /it/{b} answers the same calls as GET /it/{a}'],
    ['/it/{a*}', '/it/{b*}', 'GET /it/{b*} answers the same calls as GET /it/{a*}'],
  ] as const)
    await assert.rejects(app({ operations: [twin(one), twin(other)] }), { name: 'TypeError', message: fault })
  await app({ operations: [twin('/it/{a}'), twin('/it/{a*}'), twin('/it/a')] })
})

test('an answer that can not be sent is a 500 that only the log explains', async () => {
  const bad = [
    ['/break', () => answer(204, undefined, { 'X-A': 'a\r\nX-B: c' })],
    ['/name', () => answer(204, undefined, { 'X A': 'a' })],
    ['/wide', () => answer(204, undefined, { 'X-A': '\u20ac' })],
    ['/length', () => answer(204, undefined, { 'Content-Length': '5' })],
    ['/framing', () => answer(204, undefined, { 'transfer-encoding': 'chunked' })],
    ['/none', () => answer(204, undefined, { 'X-A': undefined as never })],
    ['/type', () => answer(204, undefined, { 'content-type': 'text/html' })],
    ['/sniffed', () => answer(204, undefined, { 'X-Content-Type-Options': 'none' })],
    ['/id', () => answer(204, undefined, { 'Sallyport-Call-Id': 'another' })],
    ['/low', () => answer(100)],
    ['/high', () => answer(1000)],
    ['/half', () => answer(200.5)],
  ] as const
  const faults: unknown[] = []
  const operations = bad.map(([path, work]) => api(`GET ${path}`, open, work))
  const { fetch } = await app({ operations, fault: fault => faults.push(fault) })
  for (const [i, [path]] of bad.entries()) {
    const response = await fetch(new Request(`http://localhost${path}`))
    assert.equal(response.status, 500, path)
    assert.equal(faults.length, i + 1, path)
    assert.match(String(faults[i]), new RegExp(`^GET ${path} failed`))
  }
})

test('a result that JSON has no form for is a 500, and answered', async () => {
  const response = z.any()
  const results = [undefined, Symbol('it'), () => 1, 10n]
  const operations = results.map((result, i) => api(`GET /${i}`, { ...open, response }, () => result))
  const made = await app({ operations, fault: () => undefined })
  for (const i of results.keys()) {
    const { status } = await made.fetch(new Request(`http://localhost/${i}`))
    assert.equal(status, 500, String(results[i]))
  }
})

test('a token is not made with options that can not be meant', () => {
  for (const options of [
    { expiresIn: 0 },
    { expiresIn: -1 },
    { expiresIn: '' },
    { expiresIn: 'soon' },
    { expiresIn: null },
  ])
    assert.throws(() => createToken({}, { secret, ...(options as object) }), /expiresIn/, JSON.stringify(options))
})

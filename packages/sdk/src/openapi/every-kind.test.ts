import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  type admitKinds,
  authorizeKinds,
  type identifyKinds,
  type inspectKinds,
  limitKinds,
  type protectKinds,
} from '@sallyport/stages'
import { z } from 'zod'
import {
  anonymous,
  anyone,
  api,
  apiKey,
  app,
  basic,
  hashPassword,
  type Identify,
  jwt,
  magicToken,
  oauth2,
  type Rules,
} from '../index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }] }

const told = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        security: z.array(z.record(z.string(), z.unknown())),
        responses: z.record(z.string(), z.unknown()),
        'x-sallyport-rules': z.record(z.string(), z.array(z.string())),
      }),
    ),
  ),
})

/** What the document says of an operation with these rules. */
async function saidOf(rules: Rules) {
  const operation = api('GET /it', { identify: anonymous, authorize: anyone, ...rules }, () => undefined)
  const { openapi } = await app({ operations: [operation], url: 'https://shop.test', fault: () => undefined })
  const said = told.parse(openapi).paths['/it']?.get
  assert.ok(said !== undefined)
  return { ...said, rules: said['x-sallyport-rules'] }
}

/** Each way to tell callers, and the scheme that it is; `undefined` for none. A kind that is left out doesn't compile. */
const identify: Readonly<Record<keyof typeof identifyKinds, readonly [Identify, scheme: string | undefined]>> = {
  anonymous: [anonymous, undefined],
  jwt: [jwt({ secret }), 'jwt'],
  oauth2: [
    oauth2({
      introspection: 'https://id.example.com/introspect',
      clientId: 'api',
      clientSecret: 'a-secret-of-the-client',
    }),
    'oauth2',
  ],
  apiKey: [apiKey({ keys: [{ id: 'one', key: 'a-key-of-many-letters-1' }] }), 'apiKey-header-x-api-key'],
  basic: [basic({ users: [{ name: 'ann', password: await hashPassword('a password of hers') }] }), 'basic'],
  magicToken: [
    magicToken({
      ...{ gateway: 'https://gateway.example.com', api: 'orders', origin: 'https://orders.example.com', jwks },
      isRevoked: () => false,
    }),
    'magicToken',
  ],
}

for (const [kind, [method, scheme]] of Object.entries(identify)) {
  test(`an operation whose callers are told by ${kind} says so in the document`, async () => {
    const { security, responses, rules } = await saidOf({ identify: method })
    const [first, ...others] = security
    assert.deepEqual(first, scheme === undefined ? {} : { [scheme]: [] })
    const names = security.flatMap(way => Object.keys(way))
    assert.equal(new Set(names).size, names.length)
    assert.equal(others.length > 0, kind === 'magicToken', 'which stands in more than one place')
    assert.equal(Object.hasOwn(responses, '401'), scheme !== undefined)
    assert.equal(rules.identify?.length, 1)
  })
}

for (const kind of Object.keys(authorizeKinds)) {
  test(`an operation with the right ${kind} says so in the document`, async () => {
    const authorize = {
      ...{ kind, label: `the ${kind}`, config: {} },
      create: () => ({ scopes: ['needed'], check: () => undefined }),
    }
    const { security, responses, rules } = await saidOf({ identify: jwt({ secret }), authorize })
    assert.deepEqual(rules.authorize, [`${kind}: the ${kind}`])
    assert.deepEqual(security, [{ jwt: ['needed'] }])
    assert.equal(Object.hasOwn(responses, '403'), kind !== 'anyone')
  })
}

test('an address that may call, and a limit, say so in the document', async () => {
  const admit: Readonly<Record<keyof typeof admitKinds, NonNullable<Rules['admit']>>> = {
    ip: [{ kind: 'ip', label: 'some', config: {}, create: () => ({ check: () => undefined }) }],
  }
  for (const [kind, rules] of Object.entries(admit))
    assert.deepEqual((await saidOf({ admit: rules })).rules.admit, [`${kind}: some`])
  const { responses, rules } = await saidOf({ limit: { few: { allow: '1/minute', per: 'everyone' } } })
  assert.match(rules.limit?.join() ?? '', /^few: 1\/minute/)
  assert.ok(Object.hasOwn(responses, '429'))
  // What an application can't declare needs no place in its document.
  const running: object = { allow: '1/minute', per: 'everyone', concurrent: 1 }
  assert.throws(() =>
    api('GET /it', { identify: anonymous, authorize: anyone, limit: { few: running as never } }, () => undefined),
  )
  assert.deepEqual(Object.keys(limitKinds), ['allow', 'concurrent'])
})

/** Settings of a rule that an application takes; or why it refuses the rule, which then needs no place in its document. */
type Sample = { readonly taken: unknown } | { readonly refused: unknown; readonly why: RegExp }

const reading = (refused: unknown): Sample => ({ refused, why: /reads files/ })
const described: Sample = {
  refused: true,
  why: /judges by an OpenAPI document; here params, query, body and response do/,
}

const keys = { jwks: 'https://keys.example.com/jwks.json' }
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))

const inspect: Readonly<Record<keyof typeof inspectKinds, Sample>> = {
  digest: { taken: true },
  signature: { taken: { keys, covers: ['authorization'] } },
  xmlSignature: { taken: { keys, xpath: '/order/total' } },
  decrypt: { taken: { keys: [{ key, keyid: 'inner' }], message: 'body' } },
  threats: { taken: 'block' },
  json: { taken: true },
  body: reading('./order.schema.json'),
  document: described,
  xml: reading('./order.xsd'),
  csrf: { taken: true },
}
const protect: Readonly<Record<keyof typeof protectKinds, Sample>> = {
  errors: { taken: 'replace' },
  body: reading('./order.schema.json'),
  document: described,
  xml: reading('./order.xsd'),
  redact: { taken: [{ at: '$..iban' }] },
  encrypt: { taken: { answers: { keys, message: 'body', for: ['backend-1'] } } },
  sign: { taken: { answers: { at: ['$.id'], header: 'JWS-Signature' } } },
  cors: { taken: { origins: ['https://app.example.com'] } },
  securityHeaders: { taken: true },
  digest: { taken: 'sha-256' },
  httpSignature: { taken: true },
}

/** Where rules stand that hold for all operations alike. */
async function saidOfSection(stage: 'inspect' | 'protect', kind: string, settings: unknown) {
  const rules: Rules = { [stage]: { [kind]: settings } }
  const operation = api('GET /it', { identify: anonymous, authorize: anyone }, () => undefined)
  const { openapi } = await app({ operations: [operation], url: 'https://shop.test', ...rules, fault: () => undefined })
  return told.parse(openapi).paths['/it']?.get?.['x-sallyport-rules'][stage] ?? []
}

for (const [stage, samples] of Object.entries({ inspect, protect } as const)) {
  for (const [kind, sample] of Object.entries(samples)) {
    test(`an operation with ${stage}.${kind} says so in the document`, async () => {
      const where = stage === 'inspect' ? 'inspect' : 'protect'
      if ('refused' in sample) return assert.rejects(saidOfSection(where, kind, sample.refused), sample.why)
      const rules = await saidOfSection(where, kind, sample.taken)
      assert.ok(
        rules.some(rule => rule.startsWith(`${kind}: `)),
        rules.join(),
      )
    })
  }
}

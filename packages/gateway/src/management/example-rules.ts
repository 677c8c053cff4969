import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { ApiKeyEntry, Clock, ForwardRule, IdentifyTree, Method, Operation, Rule, Snapshot } from '@sallyport/core'
import { requestLimits, Secret } from '@sallyport/core'
import {
  authorizeKinds,
  type Bound,
  type ImagineSetting,
  type Issuer,
  identifyKinds,
  limitKinds,
  noAnswers,
  principalOf,
  type StagePorts,
} from '@sallyport/stages'
import { memoryCounters } from '@sallyport/store'
import {
  createJwtVerifier,
  createPasswordChecker,
  fixedKeys,
  hashPassword,
  newApiKey,
  newSigningKey,
  readJwks,
  signingKey,
  signJwt,
} from '@sallyport/tokens'

/*
 * A warehouse API for the tests of management, built as a configuration would build it.
 */
export const now = Date.parse('2026-01-02T03:04:05.678Z')
export const upstreamSecret = 'upstream-s3cret'

const bind = <Made>(name: string, bound: Bound<Made>): Rule<StagePorts, Made> => ({
  ...bound,
  name,
  from: 'operation',
  owner: 'warehouse',
})

const forwarding: ForwardRule = {
  origin: 'http://127.0.0.1:9',
  base: '/v2',
  ca: undefined,
  credential: { kind: 'query', name: 'upstream_key', value: new Secret(upstreamSecret) },
  caller: { header: 'X-Caller' },
  timeouts: { connectMs: 1000, headersMs: 1000, bodyMs: 1000, wholeMs: 1000 },
  pass: [],
  connections: 1,
  maxAnswer: 1000,
}

const jwt = bind('jwt', identifyKinds.jwt.settings.parse('staff'))
const apiKey = bind('apiKey', identifyKinds.apiKey.settings.parse({ query: 'api_key' }))
const basic = bind('basic', identifyKinds.basic.settings.parse({}))
const anonymous = bind('anonymous', identifyKinds.anonymous.settings.parse(true))
const listItems = bind('scopes', authorizeKinds.scopes.settings.parse(['list_items']))
const anyone = bind('anyone', authorizeKinds.anyone.settings.parse(true))
const burst = bind('burst', limitKinds.allow.settings.parse({ allow: '2/minute', per: 'application' }))

type Identify = IdentifyTree<Rule<StagePorts, Method>>

const operation = (
  id: string,
  identify: Identify,
  more: Partial<Operation<StagePorts>> = {},
): Operation<StagePorts> => ({
  id,
  method: id.split(' ')[0] ?? '',
  template: id.split(' ')[1] ?? '',
  selector: undefined,
  ...{
    admit: [],
    admitLimit: [],
    maxBody: 1000,
    json: requestLimits,
    inspect: [],
    protect: [],
    limit: [],
    without: [],
  },
  identify,
  authorize: [listItems],
  destination: { upstream: forwarding },
  ...more,
})

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const staffKey = signingKey(privateKey, 'ES256')

/** A token of the issuer `staff`, good for an hour from `now`. */
export const staffToken = (claims: object) =>
  signJwt({ iss: 'https://id.example.com', sub: 'alice', exp: now / 1000 + 3600, ...claims }, staffKey)

const staff: Issuer = {
  name: 'staff',
  rules: { algorithms: ['ES256'], issuer: 'https://id.example.com', audience: 'any', expiry: 'required' },
  keys: { source: fixedKeys(readJwks({ keys: [JSON.parse(JSON.stringify(staffKey.jwk))] })), id: 'staff' },
  claims: {
    user: ['sub'],
    application: ['azp'],
    scopes: ['scope'],
    roles: ['roles'],
    groups: ['groups'],
    attributes: {},
  },
  atHash: false,
}

export const snapshot: Snapshot<StagePorts, Issuer> = {
  hash: 'f00d',
  gateway: {
    url: 'http://gateway.example.com',
    hosts: [],
    trustedProxies: [],
    clientAddress: 'x-forwarded-for',
    record: { redact: [] },
    guessing: { perIp: { count: 2, windowMs: 60_000 }, perAccount: { count: 2, windowMs: 60_000 } },
  },
  issuers: { staff },
  outside: [],
  apis: [
    {
      name: 'warehouse',
      path: '/warehouse',
      keepPath: false,
      errors: { as: 'problem', message: false },
      tokens: { from: 0, longestMs: 0, parts: 1, widest: {} },
      outside: [],
      operations: [
        operation('GET /items', { any: [jwt, apiKey] }, { limit: [burst] }),
        operation('GET /reports', basic),
        operation('GET /open', anonymous, {
          authorize: [anyone],
          destination: { local: { contentType: 'text/plain', body: 'open' } },
        }),
      ],
    },
  ],
}

const made = newApiKey(randomBytes)
export const shopKey = made.key.reveal()
const shop: ApiKeyEntry = {
  ...{ id: made.id, hash: made.hash, application: 'shop', scopes: ['list_items'], roles: [] },
  ...{ expiresAt: undefined, ips: ['192.0.2.0/24'], referers: [] },
}

const clock: Clock = { now: () => now, elapsed: () => 0 }

/** Everything that an imagined call is judged with; whatever is sent or recorded fails the test. */
export async function exampleSetting(): Promise<ImagineSetting & { readonly ports: StagePorts }> {
  const bob = { name: 'bob', password: await hashPassword(new Secret('correct horse'), randomBytes), roles: [] }
  const users = new Map([['bob', { ...bob, scopes: ['list_items'] }]])
  const verifierOf: ImagineSetting['verifierOf'] = (issuer, at) => {
    const { rules, keys } = issuer
    if (!('source' in keys)) throw new Error('the example has fixed keys only')
    return createJwtVerifier(rules, keys.source, { clock: at, randomKey: randomBytes(32) }, (claims, token) =>
      principalOf(issuer, claims, token),
    )
  }
  const ports: StagePorts = {
    clock,
    newId: () => randomBytes(16).toString('hex'),
    counters: memoryCounters(),
    edgeCounters: memoryCounters(),
    trialCounters: memoryCounters(),
    sets: { apiKey: hash => (hash === shop.hash ? shop : undefined), user: name => users.get(name) },
    upstreams: {
      send() {
        throw new Error('an imagined call is sent to nobody')
      },
    },
    asking: {
      send() {
        throw new Error('the example has no guard that asks')
      },
    },
    answers: noAnswers,
    stateOf() {
      throw new Error('the example has no guard that remembers')
    },
    passwords: createPasswordChecker({ running: 1, waiting: 1 }),
    magicTokens: {
      verify() {
        throw new Error('the example takes no magic tokens')
      },
      isRevoked: () => false,
      isCanary: () => false,
      isFirstUse: () => true,
      revoke: async () => undefined,
    },
    verifierOf: issuer => verifierOf(issuer, clock),
    introspectorOf() {
      throw new Error('the example asks no authority')
    },
    askOutside() {
      throw new Error('the example asks no engine')
    },
    derivedKey: () => randomBytes(32),
    keysAt() {
      throw new Error('the example asks for no keys')
    },
    isFirstUse: () => true,
    callerKey: newSigningKey('EdDSA'),
    record() {
      throw new Error('an imagined call is not recorded')
    },
    fault(error) {
      throw error
    },
    issuers: snapshot.issuers,
    gateway: snapshot.gateway,
  }
  return { snapshot, ports, verifierOf }
}

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import {
  anyone,
  api,
  apiKey,
  app,
  basic,
  createToken,
  hashPassword,
  jwt,
  type MethodRule,
  magicToken,
  oauth2,
  type PlaceOptions,
  serve,
} from '@sallyport/sdk'
import { audienceOf, mintMagicToken, newMagicKeys } from '@sallyport/tokens'
import { startBackend } from '../harness/backend.ts'
import { FixedClock, noon } from '../harness/gateway.ts'
import { getRaw } from '../harness/raw-headers.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const otherSecret = 'uH3$gF6@dS8%aP1?oI5~eK9+wB2=zM7|'
const [key, oldKey] = ['a-key-of-many-letters-1', 'a-key-of-many-letters-2'] as const

/** An authority that knows two tokens. */
const authority = await startBackend({ after }, ({ body }, response) => {
  const token = new URLSearchParams(body.toString()).get('token')
  const exp = noon / 1000 + (token === 'expired-token' ? 0 : 60)
  response.end(JSON.stringify({ active: token === 'right-token' || token === 'expired-token', exp }))
})

const magic = { gateway: 'https://api.example.com', api: 'app', origin: 'https://app.example.com' }
const magicKeys = newMagicKeys()
async function minted(at: number, by = magicKeys) {
  const audience = audienceOf(magic.api, magic.origin)
  const credential = { kind: 'query', name: 'key', value: 'x' } as const
  const constraints = { permit: [{ method: 'GET', path: '/{any*}' }] }
  const order = { issuer: magic.gateway, audience, credential, lifeSeconds: 60, constraints, chain: false }
  return (await mintMagicToken(order, by, { now: at, random: randomBytes })).token
}
const magicAt = (places: PlaceOptions) =>
  magicToken({
    ...magic,
    ...places,
    jwks: { keys: magicKeys.signing.map(({ jwk }) => jwk) },
    isRevoked: () => false,
  })

/** What is presented, and whether it names anybody. `good` is the one that does. */
interface Credentials {
  readonly good: string
  readonly malformed: readonly string[]
  readonly wrong: string
  readonly expired?: string
}

interface Authenticator {
  readonly row: string
  readonly at: (places: PlaceOptions) => MethodRule
  readonly credentials: Credentials
  readonly places: Readonly<Record<string, PlaceOptions>>
  /** The realm or what else a challenge says where Authorization is read. */
  readonly challenge: string
}

const header: PlaceOptions = {}
const another: PlaceOptions = { header: 'X-Auth', scheme: 'Token' }
const query: PlaceOptions = { query: 'credential' }
const cookie: PlaceOptions = { cookie: 'credential' }
const everywhere = { header, another, query, cookie }
const pair = (text: string) => Buffer.from(text).toString('base64')
const users = [{ name: 'ann', password: await hashPassword('correct horse') }]

const authenticators: Readonly<Record<string, Authenticator>> = {
  jwt: {
    row: '[F1] [F3] [F4] [F5]',
    at: places => jwt({ secret, ...places }),
    credentials: {
      good: createToken({ sub: 'ann' }, { secret, now: noon }),
      malformed: ['garbage', 'a.b.c', 'e30.e30.'],
      wrong: createToken({ sub: 'ann' }, { secret: otherSecret, now: noon }),
      expired: createToken({ sub: 'ann' }, { secret, now: noon - 60_000, expiresIn: 60 }),
    },
    places: everywhere,
    challenge: 'realm="jwt"',
  },
  apiKey: {
    row: '[F9] [F11]',
    at: places =>
      apiKey({
        ...places,
        keys: [
          { id: 'one', key },
          { id: 'old', key: oldKey, expiresAt: new Date(noon) },
        ],
      }),
    credentials: { good: key, malformed: ['x', key.slice(1)], wrong: 'a-key-of-many-letters-3', expired: oldKey },
    places: everywhere,
    challenge: '',
  },
  basic: {
    row: '[F12]',
    at: () => basic({ users, realm: 'My API' }),
    credentials: {
      good: pair('ann:correct horse'),
      malformed: ['garbage!', pair('no colon'), '='],
      wrong: pair('ann:wrong horse'),
    },
    places: { header },
    challenge: 'realm="My API", charset="UTF-8"',
  },
  oauth2: {
    row: '[F14]',
    at: places =>
      oauth2({ introspection: `${authority.url}/ask`, clientId: 'app', clientSecret: 'x', timeout: '60s', ...places }),
    credentials: { good: 'right-token', malformed: ['right-token\u00ff'], wrong: 'other', expired: 'expired-token' },
    places: everywhere,
    challenge: 'realm="oauth2"',
  },
  magicToken: {
    row: 'magic tokens:',
    at: magicAt,
    credentials: {
      good: await minted(noon),
      malformed: ['garbage', 'smt1_a~b', 'a.b.c'],
      wrong: await minted(noon, newMagicKeys()),
      expired: await minted(noon - 60_000),
    },
    places: { header },
    challenge: 'realm="magic"',
  },
}

type Fields = readonly (readonly [string, string])[]

/** How a credential is sent to a place: fields, and the query. */
function sentTo(kind: string, place: PlaceOptions, credential: string, times = 1) {
  const again = <Part>(part: Part) => Array.from({ length: times }, () => part)
  if (place.query !== undefined) {
    const text = again(`${place.query}=${encodeURIComponent(credential)}`).join('&')
    return { fields: [] as Fields, query: `?${text}` }
  }
  if (place.cookie !== undefined) {
    const fields: Fields = [['Cookie', again(`${place.cookie}=${credential}`).join('; ')]]
    return { fields, query: '' }
  }
  if (place.header !== undefined)
    return { fields: again([place.header, `${place.scheme} ${credential}`] as const) as Fields, query: '' }
  if (kind === 'apiKey') return { fields: again(['X-API-Key', credential] as const) as Fields, query: '' }
  const scheme = kind === 'basic' ? 'Basic' : 'Bearer'
  return { fields: again(['Authorization', `${scheme} ${credential}`] as const) as Fields, query: '' }
}

const ran = new Map<string, number>()
const cases = Object.entries(authenticators).flatMap(([kind, authenticator]) =>
  Object.entries(authenticator.places).map(([name, place]) => ({ kind, authenticator, name, place })),
)
const operations = cases.map(({ kind, authenticator, name, place }) => {
  const path = `/${kind}-${name}`
  return api(`GET /${kind}-${name}`, { identify: authenticator.at(place), authorize: anyone }, () => {
    ran.set(path, (ran.get(path) ?? 0) + 1)
    return undefined
  })
})
const application = await app({ operations, clock: new FixedClock() })
const serving = await serve(application, { port: 0 })
after(() => serving.close(0))

/** The scheme of a place's challenge. */
const schemeOf = (kind: string, { scheme }: PlaceOptions) =>
  kind === 'apiKey' ? 'ApiKey' : kind === 'basic' ? 'Basic' : (scheme ?? 'Bearer')

type Sent = ReturnType<typeof sentTo>

const both = (one: Sent, other: Sent): Sent => ({
  fields: [...one.fields, ...other.fields],
  query: one.query === '' ? '' : `${one.query}&${other.query.slice(1)}`,
})

/** Authorization in two lines is no request that can be read. */
const refusedWith = ({ fields }: Sent) => (fields.filter(([field]) => field === 'Authorization').length > 1 ? 400 : 401)

interface Refused {
  readonly what: string
  readonly sent: Sent
  /** Whether something was presented, so that it is called bad. */
  readonly isBad: boolean
}

const inField = (field: string, text: string): Sent => ({ fields: [[field, text]], query: '' })

/** The header that a place reads, if it reads one. */
const headerOf = (kind: string, { header: named, query: inQuery, cookie: inCookie }: PlaceOptions) =>
  inQuery === undefined && inCookie === undefined
    ? (named ?? (kind === 'apiKey' ? 'X-API-Key' : 'Authorization'))
    : undefined

/** Everything that names nobody in a place. */
function refusedIn({ kind, authenticator: { credentials }, place }: (typeof cases)[number]): readonly Refused[] {
  const { good, malformed, wrong, expired } = credentials
  const here = (text: string, times = 1) => sentTo(kind, place, text, times)
  const field = headerOf(kind, place)
  const elsewhere = Object.values(everywhere)
    .map(other => sentTo('jwt', other, good))
    .filter(sent => sent.fields.every(([name]) => name !== field) && !isSame(sent, here(good)))
  const schemed = field === undefined || field === 'X-API-Key' ? [] : [field]
  return [
    { what: 'absent', sent: { fields: [], query: '' }, isBad: false },
    ...elsewhere.map(sent => ({ what: 'in another place', sent, isBad: false })),
    ...malformed.map(text => ({ what: `malformed ${text}`, sent: here(text), isBad: true })),
    { what: 'empty', sent: here(''), isBad: true },
    { what: 'wrong', sent: here(wrong), isBad: true },
    ...(expired === undefined ? [] : [{ what: 'expired', sent: here(expired), isBad: true }]),
    { what: 'twice', sent: here(good, 2), isBad: true },
    { what: 'wrong, then right', sent: both(here(wrong), here(good)), isBad: true },
    ...schemed.flatMap(named =>
      ['Digest ', '', 'Bearer'].map(scheme => ({
        what: `with the scheme "${scheme}"`,
        sent: inField(named, scheme + good),
        isBad: true,
      })),
    ),
  ]
}

const isSame = (one: Sent, other: Sent) => JSON.stringify(one) === JSON.stringify(other)

for (const each of cases) {
  const { kind, authenticator, name, place } = each
  test(`${authenticator.row} an application reads ${kind} in the place "${name}" alone, and its handler runs for the right one alone`, async () => {
    const path = `/${kind}-${name}`
    const scheme = schemeOf(kind, place)
    const ask = ({ query: text, fields }: Sent) => getRaw(serving.url, path + text, fields)
    for (const { what, sent, isBad } of refusedIn(each)) {
      const { status, headers } = await ask(sent)
      assert.equal(status, refusedWith(sent), what)
      if (status === 400) continue
      const said = String(headers['www-authenticate'])
      assert.ok(said.startsWith(`${scheme} ${authenticator.challenge}`), `${what}: ${said}`)
      assert.equal(said.includes('error="invalid_token"'), isBad && scheme === 'Bearer', `${what}: ${said}`)
    }
    assert.equal(ran.get(path), undefined)
    assert.equal((await ask(sentTo(kind, place, authenticator.credentials.good))).status, 204)
    assert.equal(ran.get(path), 1)
  })
}

/** Fields as a web request has them: those of one name joined by commas. */
const joined = ({ query: text, fields }: Sent, path: string) =>
  application.fetch(
    new Request(`http://localhost${path}${text}`, { headers: fields.map(([name, value]) => [name, value]) }),
  )

for (const each of cases) {
  const { kind, authenticator, name, place } = each
  test(`where fields are joined with commas an application takes no two credentials for one: ${kind} in the place "${name}"`, async () => {
    const path = `/${kind}-${name}`
    const before = ran.get(path) ?? 0
    const { good, wrong } = authenticator.credentials
    const here = (text: string, times = 1) => sentTo(kind, place, text, times)
    const [right, bad] = [here(good), here(wrong)]
    for (const sent of [here(good, 2), both(bad, right), both(right, bad)])
      assert.equal((await joined(sent, path)).status, 401, JSON.stringify(sent))
    for (const [field = '', value = ''] of right.fields)
      for (const text of [`${value},`, `,${value}`, `${value}, `, `${value},${good}`, `${value};${value}`])
        if (field !== 'Cookie') assert.equal((await joined(inField(field, text), path)).status, 401, text)
    assert.equal(ran.get(path) ?? 0, before)
    assert.equal((await joined(right, path)).status, 204)
  })
}

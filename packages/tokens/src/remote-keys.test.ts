import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { BadToken } from './bad-token.ts'
import type { FetchedJson } from './fetch-json.ts'
import { testClock } from './independent-issuer.ts'
import type { KeySource } from './key-source.ts'
import { type RemoteKeysOptions, remoteKeys } from './remote-keys.ts'

const url = 'https://id.example.com/keys'
const minute = 60_000

function published(...kids: string[]): string {
  const keys = kids.map(kid => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return { ...publicKey.export({ format: 'jwk' }), kid }
  })
  return JSON.stringify({ keys })
}

/** An issuer's web server: answers by URL with what is put there, and remembers what it was asked. */
function website() {
  const pages = new Map<string, () => FetchedJson | Promise<FetchedJson>>()
  const asked: string[] = []
  return {
    asked,
    put: (at: string, body: string, more: Partial<FetchedJson> = {}) =>
      pages.set(at, () => ({ status: 200, body, ...more })),
    answer: (at: string, answer: () => FetchedJson | Promise<FetchedJson>) => pages.set(at, answer),
    async fetchJson(at: string): Promise<FetchedJson> {
      asked.push(at)
      return (await pages.get(at)?.()) ?? { status: 404, body: '' }
    },
  }
}

function setUp(options: Partial<RemoteKeysOptions> = {}) {
  const site = website()
  const clock = testClock()
  const timeout = () => new AbortController().signal
  const defaults = { location: { url }, fetchJson: site.fetchJson, clock, timeout }
  return { site, clock, source: remoteKeys({ ...defaults, ...options }) }
}

async function kidsFor(source: KeySource, kid: string): Promise<(string | undefined)[]> {
  return (await source.find(kid, 'ES256')).map(key => key.kid)
}

function isUnavailable(error: unknown): boolean {
  return error instanceof BadToken && error.code === 'unavailable'
}

test('the first call waits for the keys, later ones get them at once', async () => {
  const { site, source } = setUp()
  site.put(url, published('a'))
  assert.deepEqual(await kidsFor(source, 'a'), ['a'])
  assert.ok(Array.isArray(source.find('a', 'ES256')))
  assert.deepEqual(site.asked, [url])
})

test('many calls at once make one request', async () => {
  const { site, source } = setUp()
  site.put(url, published('a'))
  await Promise.all(Array.from({ length: 50 }, () => kidsFor(source, 'a')))
  assert.equal(site.asked.length, 1)
})

test('keys are refreshed in the background when their age is over, and the version changes only if they did', async () => {
  const { site, clock, source } = setUp()
  site.put(url, published('a'), { maxAge: 600 })
  await kidsFor(source, 'a')
  const version = source.version()
  clock.pass(10 * minute - 1)
  assert.equal(source.version(), version)
  assert.equal(site.asked.length, 1)
  clock.pass(1)
  assert.ok(Array.isArray(source.find('a', 'ES256')), 'nobody waits')
  await source.refresh()
  assert.equal(site.asked.length, 2)
  assert.equal(source.version(), version)
  site.put(url, published('b'))
  clock.pass(10 * minute)
  source.version()
  await source.refresh()
  assert.notEqual(source.version(), version)
  assert.deepEqual(await kidsFor(source, 'b'), ['b'])
  assert.deepEqual(await kidsFor(source, 'a'), [])
})

const ages: readonly (readonly [maxAge: number | undefined, minutes: number])[] = [
  [0, 5],
  [-1, 60],
  [Number.NaN, 60],
  [undefined, 60],
  [1_000_000_000, 24 * 60],
  [Number.POSITIVE_INFINITY, 24 * 60],
]

for (const [maxAge, minutes] of ages) {
  test(`a max-age of ${maxAge} means a refresh after ${minutes} minutes`, async () => {
    const { site, clock, source } = setUp()
    site.put(url, published('a'), { maxAge })
    await source.refresh()
    clock.pass(minutes * minute - 1)
    source.version()
    assert.equal(site.asked.length, 1)
    clock.pass(1)
    source.version()
    assert.equal(site.asked.length, 2)
    await source.refresh()
  })
}

test('a kid that is not known makes one request in 30 seconds, however many are invented', async () => {
  const { site, clock, source } = setUp()
  site.put(url, published('a'))
  await source.refresh()
  assert.deepEqual(await kidsFor(source, 'x'), [])
  assert.equal(site.asked.length, 1)
  clock.pass(30_000)
  site.put(url, published('a', 'b'))
  assert.deepEqual(await Promise.all(['b', 'y', 'z'].map(kid => kidsFor(source, kid))), [['b'], [], []])
  assert.equal(site.asked.length, 2)
  clock.pass(29_999)
  assert.deepEqual(await kidsFor(source, 'y'), [])
  assert.equal(site.asked.length, 2)
})

test('a known kid with another algorithm asks nobody', async () => {
  const { site, clock, source } = setUp()
  site.put(url, published('a'))
  await source.refresh()
  clock.pass(30_000)
  assert.deepEqual(source.find('a', 'RS256'), [])
  assert.deepEqual(source.find(undefined, 'HS256'), [])
  assert.equal(site.asked.length, 1)
})

test('where keys were never obtained, calls are unavailable, and tries get rarer', async () => {
  const { site, clock, source } = setUp()
  await assert.rejects(kidsFor(source, 'a'), isUnavailable)
  await assert.rejects(kidsFor(source, 'a'), isUnavailable)
  assert.equal(site.asked.length, 1)
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    clock.pass(seconds * 1000 - 1)
    await assert.rejects(kidsFor(source, 'a'), isUnavailable)
    clock.pass(1)
    const before: number = site.asked.length
    await assert.rejects(kidsFor(source, 'a'), isUnavailable)
    assert.equal(site.asked.length, before + 1, `after ${seconds} s`)
  }
  assert.match(source.status().failure?.reason ?? '', /answered 404/)
  site.put(url, published('a'))
  clock.pass(30_000)
  assert.deepEqual(await kidsFor(source, 'a'), ['a'])
  assert.equal(source.status().failure, undefined)
})

test('a refresh that fails keeps the old keys and says when it failed', async () => {
  const { site, clock, source } = setUp()
  const old = published('a')
  site.put(url, old)
  await source.refresh()
  const version = source.version()
  const broken: readonly (readonly [body: string, status: number])[] = [
    ['', 500],
    ['', 302],
    ['<html>', 200],
    ['{"keys":[]}', 200],
    [`${old} ${' '.repeat(512 * 1024)}`, 200],
    [old.replace('"x"', '"d":"AA","x"'), 200],
  ]
  for (const [body, status] of broken) {
    site.answer(url, () => ({ status, body }))
    clock.pass(24 * 60 * minute)
    await source.refresh()
    assert.equal(source.status().failure?.at, clock.now())
    assert.deepEqual(await kidsFor(source, 'a'), ['a'])
    assert.equal(source.version(), version)
  }
})

test('keys that nobody asked for in a day are fetched before they are used', async () => {
  const { site, clock, source } = setUp()
  site.put(url, published('a'))
  await source.refresh()
  site.put(url, published('b'))
  clock.pass(24 * 60 * minute + 1)
  assert.deepEqual(await kidsFor(source, 'a'), [])
})

test('an answer that comes after its time is over changes nothing', async () => {
  const timeouts: AbortController[] = []
  const timeout = () => {
    timeouts.push(new AbortController())
    return timeouts.at(-1)?.signal ?? assert.fail()
  }
  const { site, source } = setUp({ timeout })
  let answerLate: (answer: FetchedJson) => void = () => assert.fail('nothing was asked')
  site.answer(url, () => new Promise(resolve => (answerLate = resolve)))
  const first = source.refresh()
  timeouts[0]?.abort()
  await first
  assert.match(source.status().failure?.reason ?? '', /didn't answer in time/)
  site.put(url, published('new'))
  await source.refresh()
  answerLate({ status: 200, body: published('old') })
  await new Promise(setImmediate)
  assert.deepEqual(await kidsFor(source, 'new'), ['new'])
  assert.deepEqual(await kidsFor(source, 'old'), [])
})

test('a server that throws is a failure like any other', async () => {
  const { source } = setUp({ fetchJson: () => assert.fail('no network') })
  await assert.rejects(kidsFor(source, 'a'), isUnavailable)
})

const issuer = 'https://id.example.com/tenant'
const openid = 'https://id.example.com/tenant/.well-known/openid-configuration'
const oauth = 'https://id.example.com/.well-known/oauth-authorization-server/tenant'

test("an issuer's keys are found by OpenID discovery, else by RFC 8414", async () => {
  for (const at of [openid, oauth]) {
    const { site, source } = setUp({ location: { issuer } })
    site.put(at, JSON.stringify({ issuer, jwks_uri: url }))
    site.put(url, published('a'))
    assert.deepEqual(await kidsFor(source, 'a'), ['a'])
    assert.deepEqual(site.asked, at === openid ? [openid, url] : [openid, oauth, url])
  }
})

test('an issuer that ends in a slash is asked at the same place, and must be named with it', async () => {
  const { site, source } = setUp({ location: { issuer: 'https://id.example.com/' } })
  site.put(
    'https://id.example.com/.well-known/openid-configuration',
    JSON.stringify({ issuer: 'https://id.example.com/', jwks_uri: url }),
  )
  site.put(url, published('a'))
  assert.deepEqual(await kidsFor(source, 'a'), ['a'])
})

const foreign: readonly (readonly [what: string, metadata: unknown])[] = [
  ['that speaks for another issuer', { issuer: 'https://id.example.com', jwks_uri: url }],
  ['that speaks for nobody', { jwks_uri: url }],
  ['without keys', { issuer }],
  ['whose keys are no URL', { issuer, jwks_uri: '/keys' }],
  ['whose keys are fetched in the open', { issuer, jwks_uri: 'http://id.example.com/keys' }],
  ['whose keys are a file', { issuer, jwks_uri: 'file:///etc/keys' }],
  ['that is no object', []],
]

for (const [what, metadata] of foreign) {
  test(`metadata ${what} is not believed`, async () => {
    const { site, source } = setUp({ location: { issuer } })
    site.put(openid, JSON.stringify(metadata))
    site.put(url, published('a'))
    await assert.rejects(kidsFor(source, 'a'), isUnavailable)
    assert.deepEqual(site.asked, [openid])
  })
}

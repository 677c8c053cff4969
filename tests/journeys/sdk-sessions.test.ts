import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  anonymous,
  any,
  anyone,
  api,
  apiKey,
  app,
  roles,
  type SessionsOptions,
  serve,
  sessionMemory,
  sessions,
} from '@sallyport/sdk'
import { database, sessionTable } from '@sallyport/sdk/database'
import { hashKey } from '@sallyport/tokens'
import { z } from 'zod'
import { folderWith } from '../harness/command.ts'
import { noon } from '../harness/gateway.ts'

const minute = 60_000
const hour = 60 * minute

const nothingKept = {
  ...{ add: () => undefined, touch: () => undefined, replace: () => false, remove: () => undefined },
  ...{ removeAllOf: () => 0, sweep: () => undefined },
}

/** An application with a login that asks for no password, on a clock that stands still. */
async function started(t: TestContext, options: Partial<SessionsOptions> = {}) {
  let at = noon
  const events: object[] = []
  const visits = sessions({ store: sessionMemory(), ...options })
  const open = { identify: anonymous, authorize: anyone, inspect: { csrf: 'off' } } as const
  const ofVisits = { identify: visits.session, authorize: anyone } as const
  const changing = { ...ofVisits, inspect: { csrf: true } } as const
  const who = z.object({ user: z.string(), roles: z.array(z.string()), office: z.json().optional() })
  const operations = [
    api('POST /login', { ...open, body: z.object({ user: z.string() }) }, async ({ body, ...call }) =>
      visits.begin(call, { user: body.user, roles: ['clerk'], claims: { office: 'Köln' } }),
    ),
    api('GET /me', { ...ofVisits, response: who }, ({ caller }) => ({
      user: caller.user?.subject ?? '',
      roles: [...caller.roles],
      office: caller.claims.office,
    })),
    api('GET /admin', { ...ofVisits, authorize: roles('admin') }, () => undefined),
    api('GET /open', { ...ofVisits, identify: any(visits.session, anonymous) }, () => undefined),
    api('GET /page', changing, () => undefined),
    api('POST /raise', changing, call => visits.renew(call, { roles: ['clerk', 'admin'] })),
    api('POST /logout', changing, call => visits.end(call)),
    api('POST /everywhere', changing, async ({ caller }) => {
      await visits.endAll(caller.user?.subject ?? '')
    }),
  ]
  const clock = { now: () => at, elapsed: () => 0 }
  const made = await app({ operations, clock, record: event => events.push(event), fault: () => undefined })
  const serving = await serve(made, { port: 0 })
  t.after(() => serving.close(0))
  const call = async (method: string, path: string, cookies: readonly string[] = [], init: RequestInit = {}) => {
    const headers = { ...(cookies.length > 0 && { Cookie: cookies.join('; ') }), ...init.headers }
    const response = await fetch(serving.url + path, { ...init, method, headers })
    const text = await response.text()
    return { status: response.status, set: response.headers.getSetCookie(), headers: response.headers, text }
  }
  const login = async (user = 'ann', cookies: readonly string[] = []) => {
    const init = { body: JSON.stringify({ user }), headers: { 'Content-Type': 'application/json' } }
    const answer = await call('POST', '/login', cookies, init)
    return answer.set[0]?.split(';')[0] ?? `no cookie, but ${answer.status}`
  }
  const statusOf = async (path: string, ...cookies: readonly string[]) => (await call('GET', path, cookies)).status
  /** A call from the page of a session, with the token that it was given. */
  const change = async (path: string, session: string, tokenOf = session) => {
    const [given = ''] = (await call('GET', '/page', [tokenOf])).set
    const [pair = ''] = given.split(';')
    return call('POST', path, [session, pair], { headers: { 'X-CSRF-Token': pair.replace('csrf_token=', '') } })
  }
  const advance = (ms: number) => {
    at += ms
  }
  return { app: made, visits, events, call, login, statusOf, change, advance }
}

const cookieOf = ({ set: [first = ''] }: { readonly set: readonly string[] }) => first.split(';')[0] ?? ''

test('a login begins a session: its cookie is for this host, TLS and HTTP alone, and says nothing but a random id', async t => {
  const { call, login, statusOf } = await started(t)
  const init = { body: '{"user":"ann"}', headers: { 'Content-Type': 'application/json' } }
  const { status, set, headers } = await call('POST', '/login', [], init)
  assert.equal(status, 204)
  assert.match(String(set), /^__Host-session=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
  assert.match(headers.get('cache-control') ?? '', /no-store/)
  assert.notEqual(await login(), await login())
  assert.equal(await statusOf('/me'), 401)
  const me = await call('GET', '/me', [await login()])
  assert.deepEqual(JSON.parse(me.text), { user: 'ann', roles: ['clerk'], office: 'Köln' })
  assert.deepEqual(me.set, [])
})

test('the cookie goes to pages of the same site alone where that is asked for', async t => {
  const { call } = await started(t, { sameSite: 'strict', cookie: '__Host-sid' })
  const init = { body: '{"user":"ann"}', headers: { 'Content-Type': 'application/json' } }
  assert.match(String((await call('POST', '/login', [], init)).set), /^__Host-sid=.*; SameSite=Strict$/)
})

test('nobody can give a browser the session that its user will log in to', async t => {
  const { login, statusOf } = await started(t)
  const planted = `__Host-session=${'A'.repeat(43)}`
  assert.notEqual(await login('ann', [planted]), planted)
  assert.equal(await statusOf('/me', planted), 401)
  const mallory = await login('mallory')
  const ann = await login('ann', [mallory])
  assert.deepEqual([await statusOf('/me', mallory), await statusOf('/me', ann)], [401, 200])
})

test('more rights come with a new id; the old one is good for nothing, and the end comes no later', async t => {
  const { change, login, statusOf, advance } = await started(t, { idle: '12h' })
  const before = await login()
  assert.equal(await statusOf('/admin', before), 403)
  advance(6 * hour)
  const after = cookieOf(await change('/raise', before))
  assert.notEqual(after, before)
  assert.deepEqual([await statusOf('/admin', after), await statusOf('/me', before)], [204, 401])
  advance(6 * hour - 1)
  assert.equal(await statusOf('/admin', after), 204)
  advance(1)
  assert.equal(await statusOf('/admin', after), 401)
})

test('a logout ends the session on the server and takes the cookie away', async t => {
  const { change, login, statusOf } = await started(t)
  const [session, other] = [await login(), await login()]
  const { status, set } = await change('/logout', session)
  assert.equal(status, 204)
  assert.match(String(set), /^__Host-session=; Max-Age=0; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
  assert.deepEqual([await statusOf('/me', session), await statusOf('/me', other)], [401, 200])
})

test('all sessions of a user end at once, and no other', async t => {
  const { change, login, statusOf } = await started(t)
  const [one, other, bob] = [await login(), await login(), await login('bob')]
  assert.equal((await change('/everywhere', one)).status, 204)
  assert.deepEqual(
    [await statusOf('/me', one), await statusOf('/me', other), await statusOf('/me', bob)],
    [401, 401, 200],
  )
})

test('a session ends when it was not used for so long, and so long after its login whatever is done', async t => {
  const { login, statusOf, advance, call } = await started(t, { idle: '30m', absolute: '2h' })
  const idle = await login()
  advance(30 * minute - 1)
  assert.equal(await statusOf('/me', idle), 200)
  advance(30 * minute)
  const ended = await call('GET', '/me', [idle])
  assert.equal(ended.status, 401)
  assert.match(String(ended.set), /^__Host-session=; Max-Age=0/)
  const used = await login()
  for (let i = 0; i < 5; i++) {
    advance(24 * minute - 1)
    assert.equal(await statusOf('/me', used), 200, String(i))
  }
  advance(5)
  assert.equal(await statusOf('/me', used), 401)
})

test('whoever reads or copies the database has no session by it, nor whoever reads the records', async t => {
  const folder = await folderWith({ after: t.after.bind(t) })
  const db = await database(`sqlite:${join(folder, 'app.db')}`)
  t.after(() => db.close())
  const { login, statusOf, events } = await started(t, { store: await sessionTable(db) })
  const session = await login()
  assert.equal(await statusOf('/me', session), 200)
  const id = session.slice('__Host-session='.length)
  const files = await Promise.all(['app.db', 'app.db-wal'].map(name => readFile(join(folder, name), 'latin1')))
  assert.ok(files.join('').includes(hashKey(id)))
  for (const kept of [...files, JSON.stringify(events)]) assert.ok(!kept.includes(id))
  for (const stolen of [hashKey(id), hashKey(id).slice('sha256:'.length)])
    assert.equal(await statusOf('/me', `__Host-session=${stolen}`), 401)
})

test('a session outlives the process where its store does', async t => {
  const db = await database('sqlite::memory:')
  t.after(() => db.close())
  const store = await sessionTable(db)
  const [one, other] = [await started(t, { store }), await started(t, { store })]
  const session = await one.login()
  assert.equal(await other.statusOf('/me', session), 200)
  await other.change('/logout', session)
  assert.equal(await one.statusOf('/me', session), 401)
})

test('where the store fails nobody passes: callers are told to come again, and not why', async t => {
  const memory = sessionMemory()
  let fails = false
  const broken = () => {
    if (fails) throw new Error('no route to 10.0.0.5, user shop')
    return memory
  }
  const store = {
    ...nothingKept,
    ...{ add: async (entry: never) => broken().add(entry), find: async (hash: string) => broken().find(hash) },
  }
  const { call, login, events } = await started(t, { store })
  const session = await login()
  fails = true
  for (const path of ['/me', '/open']) {
    const { status, text, headers } = await call('GET', path, [session])
    assert.deepEqual([status, headers.get('retry-after')], [503, '5'], path)
    assert.doesNotMatch(text, /10\.0\.0\.5/)
  }
  assert.equal(await login(), 'no cookie, but 503')
  assert.match(JSON.stringify(events), /10\.0\.0\.5/)
})

test('what a store gives that is no whole session, or not the one that was asked for, lets nobody pass', async t => {
  const hash = hashKey('A'.repeat(43))
  const whole = { hash, user: 'ann', scopes: [], roles: [], claims: {}, begun: noon, seen: noon }
  // Query builders give what is to be waited for and is no Promise.
  // biome-ignore lint/suspicious/noThenProperty: that is what makes it one
  const later = (value: unknown) => ({ then: (next: (value: unknown) => void) => next(value) })
  const given: readonly (readonly [found: unknown, status: number])[] = [
    ...[whole, later(whole)].map(found => [found, 200] as const),
    ...[undefined, null, later(undefined), later(null)].map(found => [found, 401] as const),
    ...[{}, [], 'ann', true, { ...whole, hash: hashKey('another') }].map(found => [found, 503] as const),
    ...[{ user: '' }, { user: 7 }, { scopes: 'admin' }, { roles: [1] }, { claims: null }].map(
      wrong => [{ ...whole, ...wrong }, 503] as const,
    ),
    ...[undefined, 'yesterday', Number.NaN, Number.POSITIVE_INFINITY].flatMap(time => [
      [{ ...whole, begun: time }, 503] as const,
      [{ ...whole, seen: time }, 503] as const,
    ]),
  ]
  let found: unknown
  const store = { ...nothingKept, find: () => found as never }
  const { statusOf } = await started(t, { store })
  for (const [value, status] of given) {
    found = value
    assert.equal(await statusOf('/me', `__Host-session=${'A'.repeat(43)}`), status, JSON.stringify(value))
  }
})

test('[F25] a token against forged calls is for one session: another one of the same user is refused with it', async t => {
  const { change, call, login, statusOf } = await started(t)
  const [one, other] = [await login(), await login()]
  assert.equal((await call('POST', '/logout', [one])).status, 403)
  assert.equal((await change('/logout', one, other)).status, 403)
  assert.equal(await statusOf('/me', one), 200)
  assert.equal((await change('/logout', one)).status, 204)
})

test('what no login gave is refused and taken away, and never makes anybody anonymous', async t => {
  const { call, login, statusOf } = await started(t)
  const session = await login()
  const bad = ['', 'x', 'A'.repeat(43), 'A'.repeat(42), `${'A'.repeat(42)}%`, 'A'.repeat(5000), `${session.slice(15)}x`]
  for (const text of bad)
    for (const path of ['/me', '/open']) {
      const { status, set } = await call('GET', path, [`__Host-session=${text}`])
      assert.equal(status, 401, `${path} ${text}`)
      assert.match(String(set), /Max-Age=0/)
    }
  assert.equal(await statusOf('/me', session, session), 401, 'twice')
  assert.equal(await statusOf('/me', session.replace('__Host-session', '__host-session')), 401, 'another name')
  assert.deepEqual([await statusOf('/open'), await statusOf('/open', session)], [204, 204])
})

test('what changes something does not start with sessions unless it is guarded against other pages', async () => {
  const { session } = sessions({ store: sessionMemory() })
  const keyed = apiKey({ keys: [{ id: 'one', key: 'a-key-of-many-letters-1' }] })
  for (const identify of [session, any(keyed, session)])
    await assert.rejects(
      app({ operations: [api('POST /it', { identify, authorize: anyone }, () => undefined)] }),
      /POST \/it: its callers may be known by a cookie \(__Host-session\)/,
    )
})

test('the document says that callers bear the cookie', async t => {
  const { app: made } = await started(t)
  const { components, paths } = z
    .looseObject({ components: z.looseObject({ securitySchemes: z.json() }), paths: z.record(z.string(), z.json()) })
    .parse(made.openapi)
  const name = 'session-cookie-__Host-session'
  assert.deepEqual(components.securitySchemes, { [name]: { type: 'apiKey', in: 'cookie', name: '__Host-session' } })
  assert.match(JSON.stringify(paths['/me']), /"security":\[\{"session-cookie-__Host-session":\[\]\}\]/)
})

test('without TLS a session is for this machine alone, and that is written out', async t => {
  const { app: made, call, statusOf } = await started(t, { insecure: 'localhost' })
  const init = { body: '{"user":"ann"}', headers: { 'Content-Type': 'application/json' } }
  const answer = await call('POST', '/login', [], init)
  assert.match(String(answer.set), /^session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  assert.equal(await statusOf('/me', cookieOf(answer)), 200)
  const elsewhere = await made.fetch(new Request('http://shop.example.com/login', { method: 'POST', ...init }))
  assert.deepEqual([elsewhere.status, elsewhere.headers.getSetCookie()], [500, []])
})

test('a handler begins sessions for the call that it was called with, and for users that can be kept', async () => {
  const visits = sessions({ store: sessionMemory() })
  const given: Record<string, (call: never) => Promise<void>> = {
    nothing: () => visits.begin(Object.create(null), { user: 'ann' }),
    nobody: call => visits.begin(call, { user: '' }),
    unkept: call => visits.begin(call, { user: 'a\0b' }),
    much: call => visits.begin(call, { user: 'ann', claims: { text: 'x'.repeat(4096) } }),
    absent: call => visits.renew(call),
  }
  const operations = Object.entries(given).map(([name, work]) =>
    api(`GET /${name}`, { identify: anonymous, authorize: anyone }, async call => work(call as never)),
  )
  const { fetch } = await app({ operations, fault: () => undefined })
  for (const [name, status] of [
    ...['nothing', 'nobody', 'unkept', 'much'].map(each => [each, 500] as const),
    ['absent', 401] as const,
  ]) {
    const answer = await fetch(new Request(`http://localhost/${name}`))
    assert.deepEqual([answer.status, answer.headers.getSetCookie()], [status, []], name)
  }
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { serve } from '@sallyport/sdk'
import { decodeJwt } from 'jose'
import { noon } from '../../tests/harness/gateway.ts'
import { accountsApp } from './app.ts'
import { type Accounts, openAccounts } from './store.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const ann = { username: 'ann', password: 'correct horse' }

async function start(t: TestContext, accounts: Accounts = openAccounts(':memory:')) {
  let at = noon
  const events: object[] = []
  const clock = { now: () => at, elapsed: () => 0 }
  const app = await accountsApp({ accounts, secret, clock, record: event => events.push(event) })
  const serving = await serve(app, { port: 0 })
  t.after(() => serving.close(0))
  const post = async (path: string, body: unknown, init: RequestInit = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(serving.url + path, { method: 'POST', body: text, headers, ...init })
    return { status: response.status, body: await response.json(), type: response.headers.get('content-type') }
  }
  const get = async (path: string, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
    const response = await fetch(serving.url + path, { headers })
    return { status: response.status, body: await response.json(), type: response.headers.get('content-type') }
  }
  const advance = (ms: number) => {
    at += ms
  }
  return { app, post, get, events, advance }
}

const said = ({ status, body }: { readonly status: number; readonly body: unknown }) => ({ status, body })
const registered = { status: 201, body: { msg: 'User registered successfully' } }
const tokenIn = (body: unknown) =>
  typeof body === 'object' && body !== null && 'access_token' in body ? String(body.access_token) : ''

test('[T1] who registers is told so', async t => {
  const { post } = await start(t)
  assert.deepEqual(said(await post('/register', ann)), registered)
})

test('[T2] a name is registered once, also of two at once', async t => {
  const { post } = await start(t)
  const taken = { status: 400, body: { msg: 'User already exists' } }
  await post('/register', ann)
  assert.deepEqual(said(await post('/register', ann)), taken)
  const bob = { ...ann, username: 'bob' }
  const both = await Promise.all([post('/register', bob), post('/register', bob)])
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 400])
})

test('[T3] who logs in gets a token that names them', async t => {
  const { post } = await start(t)
  await post('/register', ann)
  const { status, body } = await post('/login', ann)
  assert.equal(status, 200)
  assert.equal(decodeJwt(tokenIn(body)).sub, 'ann')
})

test('[T4] a wrong password and an unknown name are told alike', async t => {
  const { post } = await start(t)
  await post('/register', ann)
  const refused = { status: 401, body: { msg: 'Bad username or password' } }
  assert.deepEqual(said(await post('/login', { ...ann, password: 'wrong horse' })), refused)
  assert.deepEqual(said(await post('/login', { ...ann, username: 'ghost' })), refused)
})

test('[T5] nobody gets a token without a password', async t => {
  const { post } = await start(t)
  for (const body of [{ username: 'ghost' }, {}, { username: 'ghost', password: null }, []])
    assert.equal((await post('/login', body)).status, 400, JSON.stringify(body))
})

test('[T6] the protected page is for who bears a good token', async t => {
  const { post, get, advance } = await start(t)
  await post('/register', ann)
  const token = tokenIn((await post('/login', ann)).body)
  assert.deepEqual(said(await get('/protected', token)), { status: 200, body: { msg: 'This is a protected route' } })
  assert.equal((await get('/protected')).status, 401)
  assert.equal((await get('/protected', 'garbage')).status, 401)
  advance(3_600_000)
  assert.equal((await get('/protected', token)).status, 401)
})

test('[T7] what does not fit is told field by field', async t => {
  const { post } = await start(t)
  const fields = async (body: object) => {
    const answer = await post('/register', body)
    assert.equal(answer.status, 400, JSON.stringify(body))
    return Object.entries(answer.body ?? {}).map(([field, messages]) => {
      assert.ok(Array.isArray(messages) && messages.every(message => typeof message === 'string'))
      return field
    })
  }
  assert.deepEqual(await fields({}), ['username', 'password'])
  assert.deepEqual(await fields({ ...ann, username: 5 }), ['username'])
  assert.deepEqual(await fields({ ...ann, password: '12345' }), ['password'])
  assert.deepEqual((await post('/register', { ...ann, admin: true })).body, { admin: ['Unknown field.'] })
  assert.equal((await post('/register', { ...ann, password: '123456' })).status, 201)
})

test('[T8] five logins a minute from an address, good ones too; other addresses and routes are untouched', async t => {
  const { app, advance } = await start(t)
  const call = async (path: string, peer: string) => {
    const headers = { 'Content-Type': 'application/json' }
    const request = new Request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(ann), headers })
    return (await app.fetch(request, { peer })).status
  }
  assert.equal(await call('/register', '192.0.2.1'), 201)
  const statuses = []
  for (let i = 0; i < 6; i++) statuses.push(await call('/login', '192.0.2.1'))
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429])
  assert.equal(await call('/login', '192.0.2.2'), 200)
  assert.equal(await call('/register', '192.0.2.1'), 400)
  advance(60_000)
  assert.equal(await call('/login', '192.0.2.1'), 200)
})

test('[T9] broken JSON is a bad request', async t => {
  const { post } = await start(t)
  const { status, body } = await post('/register', '{"username":')
  assert.equal(status, 400)
  assert.deepEqual(Object.keys(body ?? {}), ['msg', 'error'])
  assert.equal(Object.entries(body ?? {})[0]?.[1], 'Bad request')
})

test('[T10] who has no token is told to bring one', async t => {
  const { get } = await start(t)
  assert.deepEqual(said(await get('/protected')), {
    status: 401,
    body: { msg: 'Unauthorized', error: 'A credential is needed' },
  })
})

test('[T11] an unknown path is not found, in JSON', async t => {
  const { get } = await start(t)
  const { status, body, type } = await get('/elsewhere')
  assert.deepEqual([status, type], [404, 'application/json'])
  assert.deepEqual(body, { msg: 'Not found', error: 'Nothing is served at this path' })
})

test('[T12] an error tells its caller nothing', async t => {
  const broken: Accounts = {
    add() {
      throw new Error('SELECT password_hash FROM accounts: no such table, /srv/accounts/store.ts:12')
    },
    passwordHashOf: () => undefined,
  }
  const { post, events } = await start(t, broken)
  const { status, body } = await post('/register', ann)
  assert.deepEqual(
    { status, body },
    { status: 500, body: { msg: 'Internal server error', error: 'Something went wrong here' } },
  )
  assert.match(JSON.stringify(events), /no such table/)
})

test('[T13] passwords are kept as hashes, the same one twice as two', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'accounts.db')
  const accounts = openAccounts(file)
  const { post } = await start(t, accounts)
  await post('/register', ann)
  await post('/register', { ...ann, username: 'bob' })
  assert.ok(!(await readFile(file)).includes(ann.password))
  const [one, other] = [accounts.passwordHashOf('ann'), accounts.passwordHashOf('bob')]
  assert.match(one ?? '', /^\$argon2id\$/)
  assert.notEqual(one, other)
})

test('[T14] without a secret it does not start, and it has no page for debugging', async t => {
  const { JWT_SECRET_KEY: _, ...env } = process.env
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [error] = await once(child.stderr, 'data')
  const [code] = await once(child, 'exit')
  assert.equal(code, 2)
  assert.match(String(error), /JWT_SECRET_KEY is not set/)
  const { get } = await start(t)
  for (const path of ['/console', '/debug', '/__debug__']) assert.equal((await get(path)).status, 404)
})

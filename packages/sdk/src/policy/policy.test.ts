import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { type AppOptions, api, app, createToken, jwt } from '../index.ts'
import { testing } from '../testing/index.ts'
import { policy } from './index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const identify = jwt({ secret, claims: { office: 'text' } })
const operation = (text: string, zone = 'UTC') =>
  api('GET /items/{id}', { identify, authorize: policy(text, { zone }) }, () => undefined)

test('[W12] an operation is called from an address within hours, and else not', async () => {
  const text = `permit (principal, action, resource)
    when { context has ip && context.ip.isInRange(ip("10.0.0.0/8")) && context.time.hour >= 9 && context.time.hour < 17 };`
  const calls = (await testing({ operations: [operation(text, 'Europe/Berlin')] }, { now: '2026-01-15T12:00:00Z' })).as(
    { user: 'ann' },
  )
  const status = async (ip: string, at: string) => (await calls.from(ip).at(at).get('/items/1')).status
  // An hour ahead of UTC in winter.
  const [early, late] = ['2026-01-15T08:00:00Z', '2026-01-15T16:00:00Z']
  assert.deepEqual([await status('10.1.2.3', early), await status('192.0.2.1', early)], [204, 403])
  assert.deepEqual([await status('10.1.2.3', late), await status('192.0.2.1', late)], [403, 403])
})

test('[W13] after six in the evening only who is warehouse_admin may call', async () => {
  const text = `permit (principal, action, resource);
    forbid (principal, action, resource) when { context.time.ofDay >= duration("18h") } unless { principal in Role::"warehouse_admin" };`
  const calls = await testing({ operations: [operation(text)] }, { now: '2026-01-15T17:59:00Z' })
  const [staff, admin] = ['warehouse_staff', 'warehouse_admin'].map(role => calls.as({ user: 'ann', roles: [role] }))
  const statuses = async (at: string) => [
    (await staff?.at(at).get('/items/1'))?.status,
    (await admin?.at(at).get('/items/1'))?.status,
  ]
  assert.deepEqual(await statuses('2026-01-15T17:59:00Z'), [204, 204])
  assert.deepEqual(await statuses('2026-01-15T18:01:00Z'), [403, 204])
})

test('[F47] a role of the token is what a policy asks for, as a whole word', async () => {
  const { fetch } = await app({ operations: [operation('permit (principal in Role::"admin", action, resource);')] })
  const status = async (roles: unknown) => {
    const token = createToken({ sub: 'ann', roles }, { secret, expiresIn: '15m' })
    return (await fetch(new Request('http://localhost/items/1', { headers: { Authorization: `Bearer ${token}` } })))
      .status
  }
  assert.deepEqual([await status(['admin']), await status(['user']), await status('administrator')], [204, 403, 403])
})

test('claims, and what the path names, are what policies judge by', async () => {
  const text =
    'permit (principal is User, action, resource) when { principal has office && resource has id && resource.id == principal.office };'
  const { fetch } = await app({ operations: [operation(text)] })
  const status = async (office: unknown, id: string) => {
    const token = createToken({ sub: 'ann', office }, { secret, expiresIn: '15m' })
    return (await fetch(new Request(`http://localhost/items/${id}`, { headers: { Authorization: `Bearer ${token}` } })))
      .status
  }
  assert.deepEqual([await status('north', 'north'), await status('north', 'n%6Frth')], [204, 204])
  for (const [office, id] of [
    ['north', 'south'],
    [7, '7'],
    [undefined, 'undefined'],
    [['north'], 'north'],
  ] as const)
    assert.equal(await status(office, id), 403)
})

test('members of the body are what policies judge by, where they are declared', async () => {
  const text = 'permit (principal, action, resource) when { context.body.amount.lessThan(decimal("100.0")) };'
  const authorize = policy(text, { body: { amount: 'decimal', 'note?': 'text' } })
  const body = z.object({ amount: z.number() })
  const operation = api('POST /orders', { identify, authorize, body }, ({ body }) => assert.ok(body.amount < 100))
  const calls = (await testing({ operations: [operation] }, { now: '2026-01-15T12:00:00Z' })).as({ user: 'ann' })
  const told = async (body: unknown) => {
    const { status, event } = await calls.post('/orders', body)
    return [status, event?.refusal?.reason]
  }
  assert.deepEqual(await told({ amount: 99.99 }), [204, undefined])
  assert.deepEqual(await told({ amount: 100 }), [403, 'no permit holds'])
  assert.deepEqual(await told({ amount: null }), [403, 'context.body.amount is no decimal that policies know'])
  assert.deepEqual(await told({}), [403, 'context.body.amount is missing'])
  assert.throws(() => policy(text, { body: { amount: 'float' as 'decimal' } }), /^TypeError: policy\.body\.amount/)
})

test('tags and owner of an application are what policies that many share judge by', async () => {
  const text = 'permit (principal, action, resource) when { context.api.tags.contains("partner") };'
  const status = async (options: Partial<AppOptions>) => {
    const calls = await testing({ operations: [operation(text)], ...options }, { now: '2026-01-15T12:00:00Z' })
    return (await calls.as({ user: 'ann' }).get('/items/1')).status
  }
  assert.deepEqual([await status({ tags: ['partner'], owner: 'logistics' }), await status({})], [204, 403])
  await assert.rejects(status({ tags: 'partner' as unknown as string[] }), /^TypeError: .*tags/)
})

test('what is no policy, and what names what is not there, does not start', async () => {
  assert.throws(
    () => policy('permit (principal, action, resorce);'),
    /^TypeError: policy: line 1, column 28: .*resorce/,
  )
  assert.throws(() => policy('forbid (principal, action, resource);'), /^TypeError: policy: nothing in it permits/)
  assert.throws(() => policy('permit (principal, action, resource);', { zone: 'Mars/Base' }), /^TypeError: policy.zone/)
  const wrong = operation('permit (principal, action, resource) when { context.tyme.hour > 1 };')
  await assert.rejects(
    app({ operations: [wrong] }),
    /^TypeError: GET \/items\/\{id\}: authorize.policy: line 1, column 45: .*`tyme`/,
  )
})

test('imagined calls are explained by the conditions of policies, and by what would let them pass', async () => {
  const text = `@id("office") permit (principal is User, action, resource)
    when { principal has office && principal.office == "north" && context.scopes.contains("read") };`
  const { explain } = await app({ operations: [operation(text)] })
  const why = async (claims: Record<string, string>, scopes: string[]) => {
    const { stages } = await explain({ method: 'GET', path: '/items/1', as: { user: 'ann', claims, scopes } })
    return stages.find(({ stage }) => stage === 'authorize')?.policies?.[0]
  }
  const refused = await why({ office: 'south' }, ['read'])
  assert.deepEqual(refused?.missing, [[{ kind: 'claim', name: 'office', value: 'north' }]])
  assert.deepEqual(
    refused?.policies.map(({ id, state }) => [id, state]),
    [['office', 'not held']],
  )
  assert.equal((await why({ office: 'north' }, ['read']))?.allowed, true)
})

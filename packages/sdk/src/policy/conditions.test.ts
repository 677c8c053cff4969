import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { type AppOptions, anyone, api, app, createToken, jwt, type Protect, text } from '../index.ts'
import { testing } from '../testing/index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const now = Date.UTC(2026, 0, 15, 12)
const identify = jwt({ secret, claims: { office: 'text' } })
const priced = z.object({ id: z.int(), price: z.number().optional() })
const order = (protect: Protect) =>
  api('GET /orders/{id}', { identify, authorize: anyone, response: priced, protect }, () => ({ id: 1, price: 12.5 }))
const prices: Protect = { redact: [{ at: '$.price', unless: 'principal.office == "head" && resource.id == "1"' }] }

test('in an application a value is shown to those who meet a condition, and to nobody of whom that cannot be told', async () => {
  for (const options of [
    { operations: [order(prices)] },
    { operations: [order({})], protect: prices },
  ] as AppOptions[]) {
    const calls = await testing(options, { now })
    const seen = async (claims: object, id = '1') => {
      const Authorization = `Bearer ${createToken({ sub: 'ann', ...claims }, { secret, now })}`
      return (await calls.with({ Authorization }).get(`/orders/${id}`)).body
    }
    assert.deepEqual(await seen({ office: 'head' }), { id: 1, price: 12.5 })
    assert.deepEqual(await seen({ office: 'head' }, '2'), { id: 1 })
    for (const claims of [{ office: 'regional' }, {}, { office: ['head'] }])
      assert.deepEqual(await seen(claims), { id: 1 })
  }
})

test('a rule of an application with a condition that is none does not start', async () => {
  const started = (unless: string) => app({ operations: [order({ redact: [{ at: '$.price', unless }] })] })
  await assert.rejects(
    started('principal.offise == "head"'),
    /^TypeError: GET \/orders\/\{id\}: protect\.redact\.0\.unless: line 1, column 1: .*`offise`/,
  )
  await assert.rejects(started('true }'), /^TypeError: GET \/orders\/\{id\}: protect\.redact\.0\.unless: /)
})

test('elements of XML that an application answers are shown by conditions too', async () => {
  const protect: Protect = { redact: [{ xpath: '//price', unless: 'principal in Role::"buyer"' }] }
  const response = text('application/xml')
  const whole = '<order><price>12.50</price></order>'
  const operation = api('GET /order', { identify, authorize: anyone, response, protect }, () => whole)
  const calls = await testing({ operations: [operation] }, { now })
  assert.equal((await calls.as({ user: 'ann', roles: ['buyer'] }).get('/order')).body, whole)
  assert.equal((await calls.as({ user: 'ben' }).get('/order')).body, '<order></order>')
})

import { test } from 'node:test'
import { gateway } from 'sallyport/testing'

// A Monday in Sydney, in an office of the company.
const warehouse = gateway('offices.yaml').at('2027-02-01T12:00:00+11:00').from('203.0.113.7')
const ann = warehouse.as({ user: 'ann', scopes: ['list_items', 'order_item'] })
const order = { body: { item: 'saw', count: 1 } }

test('people order only from an office, and only in office hours', async () => {
  const call = 'POST /warehouse/orders'
  const refused = { by: 'policy orders.cedar', code: 'policy-refuses' } as const
  await ann.call(call, order).allowed()
  await ann.from('198.51.100.7').call(call, order).refused(refused)
  await ann.at('2027-02-01T18:00:00+11:00').call(call, order).refused(refused)
  await ann.at('2027-02-01T18:00:00+11:00').from('198.51.100.7').call(call, order).refused(refused)
  await ann.at('2027-02-06T12:00:00+11:00').call(call, order).refused(refused) // a Saturday
})

test('an application orders at any time, from anywhere', async () => {
  const shop = warehouse.as({ application: 'shop', scopes: ['order_item'] })
  await shop.at('2027-02-06T03:00:00+11:00').from('198.51.100.7').call('POST /warehouse/orders', order).allowed()
})

test('nobody orders, lists or adds without the scope', async () => {
  const nobody = warehouse.as({ user: 'ann', roles: ['warehouse_admin'] })
  const lacks = (scope: string) => ({ code: 'scope-missing', missing: { scopes: [scope] } }) as const
  await nobody.call('POST /warehouse/orders', order).refused(lacks('order_item'))
  await nobody.call('GET /warehouse/items').refused(lacks('list_items'))
  await nobody.call('GET /warehouse/items/saw').refused(lacks('list_items'))
  await nobody.call('POST /warehouse/items').refused(lacks('add_item'))
})

test('after six in the evening only who is warehouse_admin adds items', async () => {
  const staff = warehouse.as({ user: 'ann', roles: ['warehouse_staff'], scopes: ['add_item'] })
  const admin = warehouse.as({ user: 'bob', roles: ['warehouse_admin'], scopes: ['add_item'] })
  const [before, after] = ['2027-02-01T17:59:00+11:00', '2027-02-01T18:01:00+11:00']
  await staff.at(before).call('POST /warehouse/items').allowed()
  await admin.at(before).call('POST /warehouse/items').allowed()
  await staff.at(after).call('POST /warehouse/items').refused({ policy: 'only-admins-after-six' })
  await admin.at(after).call('POST /warehouse/items').allowed()
})

test('who is neither staff nor admin adds nothing, and nobody does in a regional office', async () => {
  const scopes = ['add_item']
  await warehouse.as({ user: 'eve', scopes }).call('POST /warehouse/items').refused({ code: 'policy-refuses' })
  await warehouse
    .as({ user: 'ann', roles: ['warehouse_staff'], scopes, claims: { office: 'regional' } })
    .call('POST /warehouse/items')
    .refused({ policy: 'regional-offices-add-nothing' })
})

test('a regional office orders ten times an hour, another one as often as it likes', async () => {
  const minute = (number: number) => Date.parse('2027-02-01T12:00:00+11:00') + number * 60_000
  const of = (office: string) => warehouse.as({ user: office, scopes: ['order_item'], claims: { office } })
  for (let i = 0; i < 10; i++)
    for (const office of ['regional', 'head'])
      await of(office).at(minute(i)).call('POST /warehouse/orders', order).allowed()
  await of('regional')
    .at(minute(10))
    .call('POST /warehouse/orders', order)
    .refused({ by: 'regional', retryAfter: 3000 })
  await of('head').at(minute(10)).call('POST /warehouse/orders', order).allowed()
  await of('regional').at(minute(60)).call('POST /warehouse/orders', order).allowed()
})

test('nobody calls more than five times in ten seconds', async () => {
  for (let i = 0; i < 5; i++) await ann.call('GET /warehouse/items/saw').allowed()
  await ann.call('GET /warehouse/items/saw').refused({ by: 'burst', code: 'limit-exceeded' })
})

test('prices are for buyers', async () => {
  const answer = { body: { items: [{ id: 'saw', price: 23.5 }] } }
  const buyer = warehouse.as({ user: 'bob', roles: ['buyer'], scopes: ['list_items'] })
  await ann.call('GET /warehouse/items', { answer }).allowed({ body: { items: [{ id: 'saw' }] } })
  await buyer.call('GET /warehouse/items', { answer }).allowed(answer)
})

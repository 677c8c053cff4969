import assert from 'node:assert/strict'
import { test } from 'node:test'
import { basicOf, keysFile, newKey, usersFile } from '../harness/keys.ts'
import { magicYaml, startMagic } from '../harness/magic.ts'

const closed = 'identify: { any: [{ apiKey: {} }, { basic: {} }] }, authorize: anyone, inspect: { csrf: off }'
const shop = (to: string) => `  shop: { path: /shop, ${closed}, forward: { to: "${to}" } }\n`
const sets = 'apiKeys: ./keys.yaml\nusers: ./users.yaml\n'

test('[F49] all that was ever given out can be ended at once: magic tokens, keys and users', async t => {
  const gateway = await startMagic(t)
  const to = gateway.backend.url
  const [one, other] = [newKey(), newKey()]
  const configuration = (api: readonly string[]) => magicYaml({ to, api, more: shop(to) }) + sets
  await gateway.change('keys.yaml', keysFile({ one, other }))
  await gateway.change('users.yaml', await usersFile({ ann: 'correct horse', bob: 'battery staple' }))
  await gateway.change('sallyport.yaml', configuration([]))
  const tokens = [await gateway.mint({ allowed: ['GET /user'] }), await gateway.mint({ allowed: ['GET /.*'] })]
  const callers = [
    ...tokens.map(token => ['/github/user', { Authorization: `Bearer ${token}` }] as const),
    ...[one, other].map(({ key }) => ['/shop/items', { 'X-API-Key': key }] as const),
    ['/shop/items', basicOf('ann', 'correct horse')] as const,
    ['/shop/items', basicOf('bob', 'battery staple')] as const,
  ]
  const statuses = () =>
    Promise.all(callers.map(async ([path, headers]) => (await gateway.call(path, { headers })).status))
  assert.deepEqual(await statuses(), [200, 200, 200, 200, 200, 200])
  gateway.clock.advance(1000)
  await gateway.change(
    'sallyport.yaml',
    configuration([`tokens: { from: ${new Date(gateway.clock.now()).toISOString()} }`]),
  )
  await gateway.change('keys.yaml', 'keys: {}')
  await gateway.change('users.yaml', 'users: {}')
  assert.deepEqual(await statuses(), [401, 401, 401, 401, 401, 401])
  const token = await gateway.mint({ allowed: ['GET /user'] })
  assert.equal((await gateway.call('/github/user', { headers: { Authorization: `Bearer ${token}` } })).status, 200)
})

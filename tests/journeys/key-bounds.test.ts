import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { noon, startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { type KeyRules, keysFile, newKey } from '../harness/keys.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'

async function gatewayWith(t: TestContext, keys: Parameters<typeof keysFile>[0], gatewaySettings?: string) {
  const backend = await startBackend(t)
  const yaml = guardedYaml({
    to: backend.url,
    ...(gatewaySettings !== undefined && { gateway: gatewaySettings }),
    sets: 'apiKeys: ./keys.yaml',
    identify: '{ apiKey: {} }',
  })
  const gateway = await startGateway(t, yaml, { files: { 'keys.yaml': keysFile(keys) } })
  const answer = (key: string, headers: Record<string, string> = {}) =>
    gateway.call('/warehouse/items', { headers: { 'X-API-Key': key, ...headers } })
  const status = async (key: string, headers?: Record<string, string>) => (await answer(key, headers)).status
  return { gateway, backend, answer, status }
}

test('[A54] a key that was replaced in the file is 401 from then on, and the new one is good', async t => {
  const [old, fresh, other] = [newKey(), newKey(), newKey()]
  const { gateway, status } = await gatewayWith(t, { shop: old, other })
  assert.equal(await status(old.key), 200)
  await gateway.change('keys.yaml', keysFile({ shop: fresh, other }))
  assert.deepEqual(gateway.reloads, [[]])
  assert.deepEqual([await status(old.key), await status(fresh.key), await status(other.key)], [401, 200, 200])
})

test('[A54] keys in a file that cannot be read change nothing', async t => {
  const key = newKey()
  const { gateway, status } = await gatewayWith(t, { shop: key })
  await gateway.change('keys.yaml', 'keys: { shop: { id: x } }')
  assert.match(gateway.reloads[0]?.join() ?? '', /hash/)
  assert.equal(await status(key.key), 200)
})

const behindProxy = 'trustedProxies: [127.0.0.1]'

test('[A54] a key that is bound to addresses is 403 from any other', async t => {
  const key = newKey({ ips: ['203.0.113.0/24', '2001:db8::/32', '198.51.100.7'] })
  const { answer, status, backend } = await gatewayWith(t, { shop: key }, behindProxy)
  const from = (ip: string) => ({ 'X-Forwarded-For': ip })
  for (const ip of ['203.0.113.9', '2001:db8:1::1', '198.51.100.7']) assert.equal(await status(key.key, from(ip)), 200)
  const calls = backend.received.length
  for (const ip of ['203.0.114.1', '2001:db9::1', '198.51.100.8']) assert.equal(await status(key.key, from(ip)), 403)
  const refused = await answer(key.key, from('192.0.2.1'))
  const problem = await problemOf(refused)
  assert.equal(problem.code, 'credential-refused-here')
  assert.ok(!JSON.stringify(problem).includes('203.0.113'), 'from where it may be used is not told')
  assert.equal(backend.received.length, calls)
})

test('[A54] a key that is bound to another address than the caller has cannot be used by naming that address', async t => {
  const key = newKey({ ips: ['203.0.113.0/24'] })
  const { status } = await gatewayWith(t, { shop: key })
  assert.equal(await status(key.key, { 'X-Forwarded-For': '203.0.113.9', Forwarded: 'for=203.0.113.9' }), 403)
})

test('[A54] a key is good until the second at which it expires', async t => {
  const key = newKey({ expires: new Date(noon + 60_000).toISOString() })
  const { gateway, answer, status } = await gatewayWith(t, { shop: key })
  gateway.clock.advance(59_999)
  assert.equal(await status(key.key), 200)
  gateway.clock.advance(1)
  const expired = await answer(key.key)
  assert.deepEqual([expired.status, (await problemOf(expired)).code], [401, 'credential-expired'])
})

const referers: readonly (readonly [rules: KeyRules, good: readonly string[], bad: readonly string[]])[] = [
  [
    { referers: ['https://shop.example/*'] },
    ['https://shop.example/', 'https://shop.example/cart?id=1'],
    [
      'http://shop.example/',
      'https://shop.example.evil.com/',
      'https://evil.com/https://shop.example/',
      'https://shop.example:8443/',
      'https://shop.example@evil.com/',
    ],
  ],
  [
    { referers: ['*.shop.example/*'] },
    ['https://www.shop.example/', 'http://a.b.shop.example/x'],
    ['https://shop.example/', 'https://evilshop.example/', 'https://x.shop.example.evil.com/', 'nonsense'],
  ],
  [
    { referers: ['https://shop.example/cart'] },
    ['https://shop.example/cart'],
    ['https://shop.example/cart2', 'https://shop.example/'],
  ],
]

for (const [rules, good, bad] of referers) {
  test(`[A54] a key bound to referer ${rules.referers?.join()} is 403 with any other and without one`, async t => {
    const key = newKey(rules)
    const { gateway, status } = await gatewayWith(t, { shop: key })
    assert.equal(await status(key.key, { Referer: 'https://other.example/?token=hunter2' }), 403)
    assert.ok(!JSON.stringify(gateway.events).includes('hunter2'), 'queries are not written down')
    for (const referer of good) assert.equal(await status(key.key, { Referer: referer }), 200, referer)
    for (const referer of bad) assert.equal(await status(key.key, { Referer: referer }), 403, referer)
    assert.equal(await status(key.key), 403)
  })
}

test('[A54] a bound that could never hold, or that nobody can read, does not load', async t => {
  const bounds: readonly KeyRules[] = [
    { referers: ['https://*.example/*'] },
    { referers: ['shop'] },
    { ips: ['203.0.113.0/33'] },
    { ips: ['shop.example'] },
    { expires: 'soon' },
  ]
  for (const rules of bounds) {
    const yaml = guardedYaml({ to: 'http://127.0.0.1:9', sets: 'apiKeys: ./keys.yaml', identify: '{ apiKey: {} }' })
    const mistakes = await mistakesOf(t, yaml, { files: { 'keys.yaml': keysFile({ shop: newKey(rules) }) } })
    assert.match(mistakes.join('\n'), new RegExp(`keys\\.shop\\.${Object.keys(rules).join()}`))
  }
})

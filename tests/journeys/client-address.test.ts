import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'

/** A header's lines as a proxy on this machine hands them over, and the address that they come to. */
type Cases = readonly (readonly [lines: readonly string[], address: string | undefined])[]

const forwardedFor: Cases = [
  [['203.0.113.9'], '203.0.113.9'],
  [['203.0.113.9:4711'], '203.0.113.9'],
  [['[2001:db8::9]:4711'], '2001:db8::9'],
  [['2001:db8::9'], '2001:db8::9'],
  [['198.51.100.1, 203.0.113.9'], '203.0.113.9'],
  [['198.51.100.1, 203.0.113.9, 10.1.2.3'], '203.0.113.9'],
  [['198.51.100.1', '203.0.113.9, 10.1.2.3'], '203.0.113.9'],
  [['10.1.2.3, 203.0.113.9'], '203.0.113.9'],
  [['10.9.9.9, 10.1.2.3'], '10.9.9.9'],
  [['::ffff:203.0.113.9'], '203.0.113.9'],
  [['::ffff:cb00:7109'], '203.0.113.9'],
  [['0:0:0:0:0:FFFF:CB00:7109'], '203.0.113.9'],
  [['nonsense, 203.0.113.9'], '203.0.113.9'],
  [['203.0.113.9, nonsense'], undefined],
  [['203.0.113.9, '], undefined],
  [['unknown'], undefined],
  [[], '127.0.0.1'],
]

const forwarded: Cases = [
  [['for=203.0.113.9'], '203.0.113.9'],
  [['For="[2001:db8::9]:4711";proto=https'], '2001:db8::9'],
  [['proto=https; for=203.0.113.9 ; by=10.0.0.1'], '203.0.113.9'],
  [['for=198.51.100.1, for=203.0.113.9;proto=http, for=10.1.2.3'], '203.0.113.9'],
  [['for=198.51.100.1', 'for=203.0.113.9'], '203.0.113.9'],
  // What stands in quotes is a value: a client may have chosen the host that a proxy repeats.
  [['for=203.0.113.9;host="a, for=198.51.100.1"'], '203.0.113.9'],
  [['for=203.0.113.9;host="a;for=198.51.100.1"'], '203.0.113.9'],
  [['for=203.0.113.9;host="a\\", for=198.51.100.1"'], '203.0.113.9'],
  [['host="left open, for=203.0.113.9'], '203.0.113.9'],
  [['for=_hidden'], undefined],
  [['for=unknown'], undefined],
  [['proto=https'], undefined],
  [['for=203.0.113.9;;;=x'], undefined],
]

for (const [chosen, cases] of Object.entries({ 'x-forwarded-for': forwardedFor, forwarded })) {
  test(`behind trusted proxies the caller's address is read from the right of ${chosen}`, async t => {
    const backend = await startBackend(t)
    const trusted = `trustedProxies: [127.0.0.0/8, 10.0.0.0/8], clientAddress: ${chosen}`
    const gateway = await startGateway(t, openYaml({ to: backend.url, gateway: trusted }))
    for (const [lines, address] of cases) {
      const headers = lines.map(line => [chosen, line] satisfies [string, string])
      // fetch joins lines, as a proxy may; that comes to the same.
      assert.equal((await gateway.call('/shop/items', { headers })).status, 200)
      const about = lines.join(' | ')
      assert.deepEqual(
        valuesOf(backend.received.at(-1), 'x-forwarded-for'),
        address === undefined ? [] : [address],
        about,
      )
      assert.equal(gateway.events.at(-1)?.ip, address, about)
    }
  })
}

test('nobody is believed who is not a trusted proxy, and only the chosen header counts', async t => {
  const backend = await startBackend(t)
  const headers = { 'X-Forwarded-For': '203.0.113.9', Forwarded: 'for=203.0.113.9', 'X-Real-IP': '203.0.113.9' }
  const trust = ['', 'trustedProxies: [192.0.2.0/24]', 'trustedProxies: [127.0.0.1], clientAddress: forwarded']
  const addresses: (string | undefined)[] = []
  for (const gateway of trust) {
    const started = await startGateway(t, openYaml({ to: backend.url, ...(gateway !== '' && { gateway }) }))
    await started.call('/shop/items', { headers })
    addresses.push(started.events[0]?.ip)
  }
  assert.deepEqual(addresses, ['127.0.0.1', '127.0.0.1', '203.0.113.9'])
})

test('an address that nobody vouches for is let in by no list', async t => {
  const backend = await startBackend(t)
  const yaml = openYaml({
    to: backend.url,
    gateway: 'trustedProxies: [127.0.0.1, 10.0.0.0/8]',
    api: ['admit: { ip: { allow: [10.0.0.0/8, 127.0.0.1, 203.0.113.0/24], deny: [203.0.113.66] } }'],
  })
  const gateway = await startGateway(t, yaml)
  const statuses: number[] = []
  for (const address of [
    '203.0.113.9',
    '10.1.2.3',
    '203.0.113.66',
    '198.51.100.1',
    'unknown',
    '203.0.113.9, unknown',
  ]) {
    statuses.push((await gateway.call('/shop/items', { headers: { 'X-Forwarded-For': address } })).status)
  }
  assert.deepEqual(statuses, [200, 200, 403, 403, 403, 403])
})

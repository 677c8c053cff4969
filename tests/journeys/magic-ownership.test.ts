import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { isPowerDnsThere } from '../../examples/dns/powerdns.ts'
import { contentsOf, type DnsGateway, records, remove, replace, startDns, startDnsGateway } from '../harness/dns.ts'
import { narrowed } from '../harness/magic.ts'

const skip = isPowerDnsThere() ? false : 'PowerDNS is not installed'
const powerDns = skip === false ? await startDns({ after }) : undefined
const gateway = powerDns && (await startDnsGateway({ after }, powerDns.url))

function standing(): { readonly powerDns: NonNullable<typeof powerDns>; readonly gateway: DnsGateway } {
  if (powerDns === undefined || gateway === undefined) throw new Error('PowerDNS is not installed')
  return { powerDns, gateway }
}

const notOwned = [403, 'not-owned'] as const

test('[M17] a token changes and deletes in a real PowerDNS what it created, and nothing that others did', {
  skip,
}, async () => {
  const { powerDns, gateway } = standing()
  const [mine, theirs] = [await gateway.mint(), await gateway.mint()]
  assert.deepEqual(await gateway.patch(mine, records(replace('mine', '"1"'))), [204])
  assert.deepEqual(await contentsOf(powerDns, 'mine'), ['"1"'])
  assert.deepEqual(await gateway.patch(mine, records(replace('mine', '"2"'))), [204], 'changed')
  assert.deepEqual(await gateway.patch(theirs, records(replace('mine', '"3"'))), notOwned)
  assert.deepEqual(await gateway.patch(theirs, records(remove('mine'))), notOwned)
  assert.deepEqual(await gateway.patch(mine, records(replace('www', '192.0.2.9', 'A'))), notOwned)
  assert.deepEqual(await gateway.patch(mine, records(remove('www', 'A'))), notOwned)
  assert.deepEqual(await contentsOf(powerDns, 'mine'), ['"2"'])
  assert.deepEqual(await contentsOf(powerDns, 'www', 'A'), ['192.0.2.1'])
  assert.deepEqual(await gateway.patch(mine, records(remove('mine'))), [204])
  assert.deepEqual(await contentsOf(powerDns, 'mine'), [])
  assert.deepEqual(await gateway.patch(theirs, records(replace('mine', '"4"'))), [204], 'free again')
  assert.deepEqual(await gateway.patch(mine, records(remove('mine'))), notOwned)
})

test('[M17] of several records in one call all are changed or none', { skip }, async () => {
  const { powerDns, gateway } = standing()
  const token = await gateway.mint()
  assert.deepEqual(
    await gateway.patch(token, records(replace('all1', '"1"'), replace('www', '192.0.2.9', 'A'))),
    notOwned,
  )
  assert.deepEqual(await contentsOf(powerDns, 'all1'), [])
  assert.deepEqual(await gateway.patch(token, records(replace('all1', '"1"'), replace('all2', '"2"'))), [204])
  assert.deepEqual(await gateway.patch(token, records(remove('all1'), remove('www', 'A'))), notOwned)
  assert.deepEqual(await contentsOf(powerDns, 'all1'), ['"1"'])
})

test('[M17] a call that the upstream refuses leaves nothing owned', { skip }, async () => {
  const { powerDns, gateway } = standing()
  const token = await gateway.mint()
  const bad = records(replace('bad', 'not an address', 'A'))
  assert.deepEqual((await gateway.patch(token, bad))[0], 422)
  await powerDns.call('PATCH', '/servers/localhost/zones/example.org.', records(replace('bad', '192.0.2.5', 'A')))
  assert.deepEqual(await gateway.patch(token, records(remove('bad', 'A'))), notOwned)
})

test('[M17] what a narrowed token created is not of the token that it was made of, nor of its sibling', {
  skip,
}, async () => {
  const { gateway } = standing()
  const wide = await gateway.mint({ chain: true })
  const [one, other] = [narrowed(wide, {}), narrowed(wide, {})]
  assert.deepEqual(await gateway.patch(one, records(replace('narrow', '"1"'))), [204])
  for (const token of [wide, other]) assert.deepEqual(await gateway.patch(token, records(remove('narrow'))), notOwned)
  assert.deepEqual(await gateway.patch(one, records(remove('narrow'))), [204])
})

const otherNames: readonly (readonly [what: string, body: object | string])[] = [
  ['another spelling of the type', records(remove('www', 'TYPE1'))],
  ['capitals', records({ ...remove('www', 'A'), name: 'WWW.example.org.' })],
  ['an escaped letter', records({ ...remove('www', 'A'), name: '\\119ww.example.org.' })],
  ['a member twice', '{"rrsets":[],"rrsets":[{"name":"www.example.org.","type":"A","changetype":"DELETE"}]}'],
  ['no records', records({ ...replace('new', ''), records: [] })],
  ['another word for what is done', records({ ...remove('www', 'A'), changetype: 'delete' })],
  ['no word for what is done', records({ name: 'www.example.org.', type: 'A' })],
  ['the same record twice', records(replace('new', '"1"'), replace('new', '"2"'))],
  ['nothing', records()],
  ['a name that is no text', records({ ...remove('www', 'A'), name: ['www.example.org.'] })],
]

for (const [what, body] of otherNames) {
  test(`[M17] ${what} in the body is refused, for it can't be told whose the record is`, { skip }, async () => {
    const { powerDns, gateway } = standing()
    const [status] = await gateway.patch(await gateway.mint(), body)
    assert.ok(status === 403 || status === 400, String(status))
    assert.deepEqual(await contentsOf(powerDns, 'www', 'A'), ['192.0.2.1'])
    assert.deepEqual(await contentsOf(powerDns, 'new'), [])
  })
}

test('[M17] the zone by another name leads to nothing that is not owned', { skip }, async () => {
  const { powerDns, gateway } = standing()
  const token = await gateway.mint()
  for (const zone of ['EXAMPLE.org.', 'example.org', 'example=2Eorg.']) {
    const path = `/api/v1/servers/localhost/zones/${zone}`
    for (const body of [records(remove('www', 'A')), records(replace('www', '192.0.2.9', 'A'))])
      assert.ok((await gateway.patch(token, body, path))[0] >= 400, zone)
  }
  assert.deepEqual(await contentsOf(powerDns, 'www', 'A'), ['192.0.2.1'])
})

test('[M17] an operation that ownership does not know changes nothing, and reading stays free', { skip }, async () => {
  const { gateway } = standing()
  const headers = { 'X-API-Key': await gateway.mint() }
  const path = '/dns/api/v1/servers/localhost/zones/example.org.'
  const refused = await gateway.call(path, { method: 'DELETE', headers })
  assert.equal(refused.status, 403)
  assert.equal((await gateway.call(path, { headers })).status, 200)
})

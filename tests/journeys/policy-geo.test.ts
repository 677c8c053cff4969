import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { anonymous, api, app } from '@sallyport/sdk'
import { policy } from '@sallyport/sdk/policy'
import { testing } from '@sallyport/sdk/testing'
import { startBackend } from '../harness/backend.ts'
import { type GatewayOptions, startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { mmdb } from '../harness/mmdb.ts'
import { runCommand } from '../harness/run-command.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const country = mmdb({
  '1.128.0.0/11': { country: { iso_code: 'AU' } },
  '8.8.8.0/24': { country_code: 'US' },
  '2400::/12': { country: 'AU' },
  '10.0.0.0/8': { country_code: 'AU' },
  '192.168.0.0/16': { country_code: 'AU' },
  '9.9.9.0/24': { continent: 'EU' },
})
const network = mmdb({
  '8.8.8.0/24': { autonomous_system_number: 15169, autonomous_system_organization: 'GOOGLE' },
  '1.128.0.0/11': { asn: 'AS1221', as_name: 'Telstra' },
  '9.9.9.0/24': { autonomous_system_number: 19281 },
})
const both = 'geo: { country: ./country.mmdb, network: ./network.mmdb }'
const [australian, american] = ['1.128.0.7', '8.8.8.8']

const yamlWith = (geo: string, more: Partial<Parameters<typeof guardedYaml>[0]> = {}) =>
  guardedYaml({
    to: 'http://127.0.0.1:9',
    gateway: `trustedProxies: [127.0.0.1]${geo === '' ? '' : `, ${geo}`}`,
    issuers: `{ staff: ${staffIssuer('claims: { office: text }')} }`,
    authorize: '{ policy: rules.cedar }',
    ...more,
  })

const filesWith = (cedar: string): NonNullable<GatewayOptions['files']> => ({
  ...{ 'jwks.json': issuer.jwks, 'rules.cedar': cedar, 'country.mmdb': country, 'network.mmdb': network },
})

const permitted = (condition: string) => `permit (principal, action, resource) when { ${condition} };`

async function gatewayWith(t: TestContext, condition: string, more: Partial<Parameters<typeof guardedYaml>[0]> = {}) {
  const { url: to } = await startBackend(t)
  const gateway = await startGateway(t, yamlWith(both, { to, ...more }), { files: filesWith(permitted(condition)) })
  const status = async (ip: string | undefined, claims: object = {}) => {
    const { headers } = bearer(await issuer.token({ exp: 9e9, ...claims }))
    const from = ip === undefined ? {} : { 'X-Forwarded-For': ip }
    return (await gateway.call('/warehouse/items', { headers: { ...headers, ...from } })).status
  }
  return { gateway, status }
}

test('the country of a caller is what a database says of the public address, and of others nothing', async t => {
  const { status } = await gatewayWith(t, 'context has country && context.country == "AU"')
  for (const ip of [australian, '1.159.255.255', '::ffff:1.128.0.7', '2400:cb00::1', '2400:CB00:0:0::1'])
    assert.equal(await status(ip), 200, ip)
  const others = [american, '1.160.0.0', '9.9.9.9', '10.1.2.3', '192.168.1.1', '127.0.0.1', '::1', 'fe80::1', '2606::1']
  for (const ip of [...others, 'unknown', undefined, '', '1.128.0.7.8']) assert.equal(await status(ip), 403, ip)
})

test('the network of a caller is its number and owner, where a database knows both or one', async t => {
  const telstra = await gatewayWith(t, 'context has network && context.network.asn == 1221')
  assert.deepEqual([await telstra.status(australian), await telstra.status(american)], [200, 403])
  const owned = await gatewayWith(t, 'context has network.owner && context.network.owner like "GOO*"')
  assert.deepEqual(
    [await owned.status(american), await owned.status('9.9.9.9'), await owned.status('10.0.0.1')],
    [200, 403, 403],
  )
})

test('the record of a call holds where it came from, and an explanation tells from where it would have passed', async t => {
  const { gateway, status } = await gatewayWith(
    t,
    'context has country && context.country == "AU" && context has network',
  )
  assert.deepEqual([await status(american), await status('9.9.9.9'), await status('127.0.0.1')], [403, 403, 403])
  const places = gateway.events.map(({ facts }) => [facts?.request?.country, facts?.request?.network])
  assert.deepEqual(places, [
    ['US', { asn: 15169, owner: 'GOOGLE' }],
    [null, { asn: 19281, owner: undefined }],
    [null, null],
  ])
  const where = { cwd: gateway.folder, clock: gateway.clock }
  const id = gateway.events.at(0)?.id ?? ''
  const { out } = await runCommand(['explain', id, '--data', join(gateway.folder, 'data')], where)
  assert.match(out, /✗ context\.country == "AU" {2}\(context\.country is "US"\)\n/)
  assert.match(out, /it would pass with\n +- an address in AU\n/)
})

test('a policy on role, head office and source country grants only where all three are true (the conditions of W6)', async t => {
  const { status } = await gatewayWith(
    t,
    `principal in Role::"manager" && principal has office && principal.office == "head" &&
     context has country && context.country == "AU"`,
  )
  const granted: string[] = []
  for (const roles of [['manager'], ['clerk']])
    for (const office of ['head', 'regional'])
      for (const ip of [australian, american])
        if ((await status(ip, { roles, office })) === 200) granted.push([...roles, office, ip].join(' '))
  assert.deepEqual(granted, [`manager head ${australian}`])
})

test('limits take conditions by country too: callers whose country nobody knows are counted', async t => {
  const limit = `{ abroad: { allow: 1/hour, per: ip, when: 'context.country != "AU"' } }`
  const { status } = await gatewayWith(t, 'true', { limit })
  assert.deepEqual([await status(australian), await status(australian)], [200, 200])
  for (const ip of [american, '9.9.9.9']) assert.deepEqual([await status(ip), await status(ip)], [200, 429], ip)
})

test('a database that changes is taken up; one that is broken leaves the rules as they were', async t => {
  const { gateway, status } = await gatewayWith(t, 'context has country && context.country == "AU"')
  const change = async (database: Uint8Array) => {
    await writeFile(join(gateway.folder, 'country.mmdb'), database)
    await gateway.running.poll()
    await gateway.running.poll()
    return [await status(australian), await status(american)]
  }
  assert.deepEqual(await change(mmdb({ '8.8.8.0/24': { country_code: 'AU' } })), [403, 200])
  assert.deepEqual(await change(Buffer.from('no database')), [403, 200])
  assert.match(gateway.reloads.at(-1)?.join() ?? '', /MMDB/)
})

test('a database may be a file of an installed package', async t => {
  const named = 'context has country && context.country == "AU"'
  const { gateway, status } = await gatewayWith(t, named)
  const packaged = join(gateway.folder, 'node_modules/@places/country')
  await mkdir(packaged, { recursive: true })
  await writeFile(join(packaged, 'all.mmdb'), mmdb({ '8.8.8.0/24': { country_code: 'AU' } }))
  const yaml = await readFile(join(gateway.folder, 'sallyport.yaml'), 'utf8')
  await gateway.change('sallyport.yaml', yaml.replace('./country.mmdb', '"npm:@places/country/all.mmdb"'))
  assert.deepEqual(gateway.reloads.at(-1), [])
  assert.deepEqual([await status(australian), await status(american)], [403, 200])
  const [missing = ''] = await mistakesOf(t, yamlWith('geo: { country: "npm:@places/country/all.mmdb" }'), {
    files: filesWith(permitted(named)),
  })
  assert.match(missing, /^gateway\.geo\.country: there is no .*: npm install @places\/country$/)
})

test('what is no database, and policies that name what no database tells, do not load', async t => {
  const loads = async (geo: string, condition = 'true', files: GatewayOptions['files'] = {}) => {
    const [mistake = ''] = await mistakesOf(t, yamlWith(geo), {
      files: { ...filesWith(permitted(condition)), ...files },
    })
    return mistake
  }
  const named = 'context has country && context.country == "AU"'
  assert.match(await loads('', 'context.country == "AU"'), /policy: line 1, column 45: .*`country`/)
  assert.match(await loads('geo: { network: ./network.mmdb }', 'context.country == "AU"'), /`country`/)
  assert.match(await loads('geo: { country: ./country.mmdb }', 'context.network.asn == 1'), /`network`/)
  assert.match(await loads('geo: { country: ./country.mmdb }', 'context.country == "AU"'), /optional attribute/)
  assert.match(
    await loads('geo: { country: ./none.mmdb }', named),
    /^gateway\.geo\.country: file .*none\.mmdb cannot be read/,
  )
  assert.match(await loads('geo: {}'), /gateway\.geo: needs country or network/)
  assert.match(await loads('geo: { country: ./country.mmdb, city: ./country.mmdb }'), /city/)
  const marked = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(1000, 7),
    marked,
    country.subarray(-200),
    country.subarray(0, -40),
  ])
    assert.match(
      await loads('geo: { country: ./country.mmdb }', named, { 'country.mmdb': bytes }),
      /^gateway\.geo\.country: is no database in MaxMind's format/,
    )
})

test('a database whose records lead nowhere refuses, and the record says why', async t => {
  const { gateway, status } = await gatewayWith(t, 'context has country')
  const broken = Buffer.from(country)
  // Data is cut short within; metadata and tree stay whole.
  broken.fill(0xff, broken.indexOf('iso_code') - 2, broken.indexOf('iso_code') + 12)
  await writeFile(join(gateway.folder, 'country.mmdb'), broken)
  await gateway.running.poll()
  await gateway.running.poll()
  assert.equal(await status(australian), 403)
  assert.match(gateway.events.at(-1)?.refusal?.reason ?? '', /^where 1\.128\.0\.7 is can't be told/)
})

test('in an application country and network are what policies judge by, where files tell them', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-geo-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'country.mmdb')
  await writeFile(file, country)
  const authorize = policy(permitted('context has country && context.country == "AU"'))
  const operations = [api('GET /items', { identify: anonymous, authorize }, () => undefined)]
  const calls = await testing({ operations, geo: { country: file } }, { now: 0 })
  const status = async (ip: string) => (await calls.from(ip).get('/items')).status
  assert.deepEqual([await status(australian), await status(american), await status('10.0.0.1')], [204, 403, 403])
  await assert.rejects(app({ operations }), /^TypeError: GET \/items: authorize\.policy: .*can never hold/)
  await assert.rejects(
    app({ operations, geo: { country: join(folder, 'none') } }),
    /^TypeError: geo\.country: .*none can't be read/,
  )
  await assert.rejects(
    app({ operations, geo: {} }),
    /^TypeError: app: ?geo: needs country or network|geo: needs country/,
  )
  await writeFile(file, 'no database')
  await assert.rejects(app({ operations, geo: { country: file } }), /^TypeError: geo\.country: is no database/)
})

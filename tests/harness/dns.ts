import { type PowerDns, startPowerDns } from '../../examples/dns/powerdns.ts'
import { folderWith } from './command.ts'
import { type GatewayOptions, startGateway, type TestGateway } from './gateway.ts'
import type { Lifetime } from './lifetime.ts'
import { mintFor } from './magic.ts'

const zonePath = '/api/v1/servers/localhost/zones/example.org.'

/** A gateway that lets tokens own records of a PowerDNS. */
const dnsYaml = (to: string, gateway = '') => `
sallyport: 1
gateway: { http: 0, url: https://api.example.com${gateway} }
apis:
  dns:
    path: /dns
    identify: { magicToken: { header: X-API-Key } }
    authorize:
      token: true
      ownership:
        record:
          'PATCH /api/v1/servers/localhost/zones/{zone}':
            does: { member: changetype, create: [REPLACE], delete: [DELETE] }
            path: { zone: '[a-z0-9-]+(\\.[a-z0-9-]+)*\\.' }
            body:
              each: $.rrsets[*]
              members: { name: '[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.', type: A|AAAA|CNAME|TXT }
              wants: $.records[*]
            exists:
              get: '/api/v1/servers/localhost/zones/{zone}?rrset_name={name}&rrset_type={type}'
              each: $.rrsets[*]
    forward: { to: "${to}", credential: sealed }
    operations:
      'GET /api/v1/servers/localhost/zones/{zone}': {}
      'PATCH /api/v1/servers/localhost/zones/{zone}': {}
      'DELETE /api/v1/servers/localhost/zones/{zone}': {}
`

const powerDnsKey = 'pdns-8d1cf2a07e3b4469'

const dnsCredential = { kind: 'header', name: 'X-API-Key', value: powerDnsKey }

/** A PowerDNS with the zone example.org and a record that somebody else made, for the length of a test. */
export async function startDns(t: Lifetime): Promise<PowerDns> {
  const powerDns = await startPowerDns(await folderWith(t), powerDnsKey)
  t.after(() => powerDns.stop())
  await powerDns.call('POST', '/servers/localhost/zones', {
    ...{ name: 'example.org.', kind: 'Native', nameservers: ['ns1.example.org.'] },
  })
  await powerDns.call('PATCH', '/servers/localhost/zones/example.org.', records(replace('www', '192.0.2.1', 'A')))
  return powerDns
}

/** What stands in a record set of the zone, as PowerDNS tells it to who holds its key. */
export async function contentsOf(powerDns: Pick<PowerDns, 'call'>, label: string, type = 'TXT'): Promise<string[]> {
  const asked = `rrset_name=${label}.example.org.&rrset_type=${type}`
  const answer = await powerDns.call('GET', `/servers/localhost/zones/example.org.?${asked}`)
  const { rrsets }: { rrsets: { records: { content: string }[] }[] } = JSON.parse(await answer.text())
  return rrsets.flatMap(set => set.records.map(({ content }) => content))
}

const setOf = (label: string, type: string) => ({ name: `${label}.example.org.`, type })

export const replace = (label: string, content: string, type = 'TXT') => ({
  ...setOf(label, type),
  ...{ ttl: 60, changetype: 'REPLACE', records: [{ content, disabled: false }] },
})

export const remove = (label: string, type = 'TXT') => ({ ...setOf(label, type), changetype: 'DELETE' })

export const records = (...rrsets: readonly object[]) => ({ rrsets })

export interface DnsGateway extends TestGateway {
  /** A token that may do all that the API takes, as far as it is the token's own. */
  mint(order?: object): Promise<string>
  /** Changes record sets with a token; gives the status and code of the answer. */
  patch(token: string, body: object | string, path?: string): Promise<readonly [status: number, code?: string]>
}

/** Changes record sets at a gateway; gives the status and the code of a refusal. */
async function patched(call: TestGateway['call'], token: string, body: object | string, path = zonePath) {
  const answer = await call(`/dns${path}`, {
    method: 'PATCH',
    headers: { 'X-API-Key': token, 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answer.text()
  return answer.ok ? ([answer.status] as const) : ([answer.status, JSON.parse(text).code] as const)
}

export async function startDnsGateway(t: Lifetime, to: string, options: GatewayOptions = {}): Promise<DnsGateway> {
  const gateway = await startGateway(t, dnsYaml(to), options)
  return {
    ...gateway,
    async mint(order = {}) {
      const made = await mintFor(gateway, { api: 'dns', allowed: ['* /.*'], credential: dnsCredential, ...order })
      const text = await made.text()
      if (made.status !== 200) throw new Error(`no token was made: ${text}`)
      return JSON.parse(text).token
    },
    patch: (token, body, path) => patched(gateway.call, token, body, path),
  }
}

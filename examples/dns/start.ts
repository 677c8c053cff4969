import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { installLine, installNeeds } from '../../scripts/debian.ts'
import { linesText } from '../lines.ts'
import { linesToTry } from './lines.ts'
import { powerDnsNeeds, startPowerDns } from './powerdns.ts'
import { writeToken } from './tokens.ts'

// Other ports, 0 for free ones, let several examples run beside each other.
const { values } = parseArgs({ options: { http: { type: 'string' }, management: { type: 'string' } } })

const missing = await installNeeds(powerDnsNeeds)
if (missing.length > 0) {
  console.error(`This example runs a real PowerDNS, which isn't installed. On Debian: ${installLine(missing)}`)
  process.exit(1)
}

console.log('Starting PowerDNS and the gateway before it ...')
const folder = await mkdtemp(join(tmpdir(), 'sallyport-dns-'))
const key = randomBytes(24).toString('base64url')
const powerDns = await startPowerDns(join(folder, 'powerdns'), key)
await powerDns.call('POST', '/servers/localhost/zones', {
  ...{ name: 'example.org.', kind: 'Native', nameservers: ['ns1.example.org.'] },
})
const www = { name: 'www.example.org.', type: 'A', ttl: 60, changetype: 'REPLACE' }
await powerDns.call('PATCH', '/servers/localhost/zones/example.org.', {
  rrsets: [{ ...www, records: [{ content: '192.0.2.1', disabled: false }] }],
})

/** A second configuration file, which wins over sallyport.yaml: where PowerDNS is, and the ports. */
const overlay = join(folder, 'overlay.yaml')
const gatewayPorts = { http: Number(values.http ?? 8080), management: Number(values.management ?? 8081) }
await writeFile(overlay, JSON.stringify({ gateway: gatewayPorts, apis: { dns: { forward: { to: powerDns.url } } } }))

const here = import.meta.dirname
const command = join(here, '..', '..', 'packages', 'sallyport', 'bin', 'sallyport.js')
const data = join(folder, 'data')
const args = [command, 'up', '-c', join(here, 'sallyport.yaml'), '-c', overlay, '--data', data, '--json']
// A group of its own: Ctrl-C reaches it once, through us. A second signal would end it at once.
const gateway = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => gateway.kill(signal))
gateway.on('exit', async code => {
  await powerDns.stop()
  await rm(folder, { recursive: true, force: true })
  process.exit(code ?? 1)
})

const [ready] = await once(createInterface(gateway.stdout), 'line')
const { http, management }: { http: string; management: string } = JSON.parse(ready)
const tokens = [join(folder, 'token_1'), join(folder, 'token_2')] as const
for (const file of tokens) await writeToken(file, { data, management, key })
const lines = linesToTry({ url: http, tokens })
console.log(`Ready: the gateway on ${http}, PowerDNS behind it. Both tokens may set and delete _acme-challenge records of
example.org, each its own; neither is PowerDNS's key.

Try, in another terminal:
${linesText(lines)}
Ctrl-C stops it.`)

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One record set of the type TXT whose name is that of a challenge (RFC 8555 section 8.4), or its deletion. */
const challenges = {
  type: 'object',
  required: ['rrsets'],
  additionalProperties: false,
  properties: {
    rrsets: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'type'],
        properties: { name: { type: 'string', pattern: '^_acme-challenge\\.' }, type: { const: 'TXT' } },
      },
    },
  },
}

const zone = '/api/v1/servers/localhost/zones/example.org.'

const order = {
  api: 'dns',
  name: 'certificate client',
  permit: [
    { method: 'PATCH', path: zone, body: challenges },
    { method: 'GET', path: zone, query: {}, others: 'allow' },
  ],
}

interface Setting {
  /** The gateway's data folder. */
  readonly data: string
  readonly management: string
  /** PowerDNS's own key, which the tokens carry sealed. */
  readonly key: string
}

/** Has the gateway make a token for challenges, and writes it to a file. */
export async function writeToken(file: string, { data, management, key }: Setting): Promise<void> {
  const operator = (await readFile(join(data, 'operator.key'), 'utf8')).trim()
  const answer = await fetch(`${management}/api/v1/tokens`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${operator}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...order, credential: { kind: 'header', name: 'X-API-Key', value: key } }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`no token was made: ${text}`)
  const { token }: { token: string } = JSON.parse(text)
  await writeFile(file, token, { mode: 0o600 })
}

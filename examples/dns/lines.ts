import type { Line } from '../lines.ts'

/** Where the started example can be called, and what a token's file is called from where the lines are typed. */
export interface Started {
  readonly url: string
  readonly tokens: readonly [first: string, second: string]
}

const challenge = '_acme-challenge.example.org.'

const recordSet = (name: string, type: string, changetype: string, content?: string) => ({
  rrsets: [{ name, type, ttl: 60, changetype, ...(content && { records: [{ content, disabled: false }] }) }],
})

/** The calls of a certificate client, and what it can't do. */
export function linesToTry({ url, tokens }: Started): readonly Line[] {
  const zone = `${url}/dns/api/v1/servers/localhost/zones/example.org.`
  const patch = (token: string, body: object) =>
    `curl -s -w '%{http_code}\\n' -X PATCH -H "X-API-Key: $(cat ${token})" -H 'Content-Type: application/json' -d '${JSON.stringify(body)}' ${zone}`
  const [first, second] = tokens
  const made = recordSet(challenge, 'TXT', 'REPLACE', '"proof"')
  const gone = recordSet(challenge, 'TXT', 'DELETE')
  return [
    ['A certificate client proves that the zone is its own: 204', patch(first, made)],
    ['Another token may not take the proof away: 403 not-owned', patch(second, gone)],
    ['Nor touch what stood there before: 403', patch(first, recordSet('www.example.org.', 'A', 'DELETE'))],
    ['The first takes its own proof away: 204', patch(first, gone)],
  ]
}

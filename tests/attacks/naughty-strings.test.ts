import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { repliesIn, speak } from '../harness/raw.ts'
import { corpora, outsideCases } from './jwt/outside.ts'
import { requireRefusal } from './refusal.ts'

interface Case {
  readonly id: string
  readonly section: string
  readonly value: string
}

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0 }
apis:
  site:
    path: /site
    identify: anonymous
    authorize: anyone
    forward: { to: "${to}" }
    operations:
      GET /path/{segment}: {}
      GET /query: {}
      GET /keyed: { identify: { apiKey: { header: X-API-Key } } }
      POST /body: {}
      POST /chosen:
        - { select: { json: { /kind: special } } }
        - {}
`

/** Percent-encoded, but for what a browser leaves as it is. */
const encoded = (value: string) => encodeURIComponent(value.toWellFormed())

interface Sent {
  readonly line: string
  readonly fields: string
  readonly body: string
}

const json = 'Content-Type: application/json\r\n'

/** One string in every place that a request has. */
const requestsFor = (value: string): Record<string, Sent> => ({
  path: { line: `GET /site/path/${encoded(value)}`, fields: '', body: '' },
  query: { line: `GET /site/query?a=${encoded(value)}&b=1`, fields: '', body: '' },
  header: { line: 'GET /site/query', fields: `X-Value: ${value}\r\n`, body: '' },
  'client id': { line: 'GET /site/query', fields: `Sallyport-Call-Id: ${value}\r\n`, body: '' },
  body: { line: 'POST /site/body', fields: json, body: JSON.stringify({ [value]: value, list: [value] }) },
  selector: { line: 'POST /site/chosen', fields: json, body: JSON.stringify({ kind: value }) },
  'API key': { line: 'GET /site/keyed', fields: `X-API-Key: ${value}\r\n`, body: '' },
})

type Rules = readonly (readonly [why: string, which: RegExp])[]

const control: Rules = [['a control character has no place in a field', /[\x00-\x08\x0a-\x1f\x7f]/]]

/** What is refused for the place that it stands in, whatever the string means. All else must arrive as it was sent. */
const refused: Readonly<Record<string, Rules>> = {
  path: [
    ['a parameter is not empty', /^$/],
    ['some servers read a backslash as a slash', /\\/],
    ['some servers end the path at a decoded question mark', /\?/],
    ['a dot segment climbs', /^\s*\.\.?\s*$|(?:^|\/)\.\.?(?:\/|$)/],
    ['an empty segment is left out by some servers', /^\/|\/\/|\/$/],
    ['some servers decode twice', /%[\da-f]{2}/i],
  ],
  header: control,
  'client id': control,
  'API key': [['it is no key', /^/]],
}

test('strings that break software arrive byte for byte or are refused, in every place of a request', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = outsideCases<Case>('naughty-strings', 'blns.jsonl')
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  const counted = new Map<string, number>()
  for (const { id, value } of cases) {
    for (const [place, { line, fields, body }] of Object.entries(requestsFor(value))) {
      const about = `${id} in the ${place}`
      const head = `${line} HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n${fields}`
      const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
      const before = backend.received.length
      const [reply] = repliesIn(await speak(gateway.url, Buffer.from(`${head}${length}\r\n${body}`, 'utf8')))
      assert.ok(reply !== undefined, about)
      const arrived = backend.received[before]
      const rule = refused[place]?.find(([, which]) => which.test(value))
      if (rule !== undefined) {
        requireRefusal(reply, `${about}: ${rule[0]}`)
        assert.equal(arrived, undefined, about)
        counted.set(rule[0], (counted.get(rule[0]) ?? 0) + 1)
        continue
      }
      assert.equal(reply.status, 200, about)
      assert.equal(arrived?.url, line.slice(line.indexOf('/site') + '/site'.length), about)
      assert.equal(arrived.body.toString('utf8'), body, about)
      const [held] = place === 'header' ? valuesOf(arrived, 'x-value') : [undefined]
      if (held !== undefined)
        assert.equal(Buffer.from(held, 'latin1').toString('utf8'), value.replace(/^[ \t]+|[ \t]+$/g, ''), about)
    }
  }
  assert.equal((await gateway.call('/site/query')).status, 200)
  t.diagnostic(
    `${cases.length} strings, ${backend.received.length} requests forwarded; refused: ${[...counted].join('; ')}`,
  )
})

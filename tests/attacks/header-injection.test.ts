import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { fieldOf, repliesIn, speak } from '../harness/raw.ts'
import { testIssuer } from '../harness/tokens.ts'
import { corpora, outsideCases } from './jwt/outside.ts'
import { requireRefusal } from './refusal.ts'

type Case =
  | { readonly id: string; readonly kind: 'crlf-path' | 'crlf-value'; readonly payload: string }
  | { readonly id: string; readonly kind: 'host-header'; readonly headers: readonly (readonly [string, string])[] }

const host = 'www.example.com'

/** A backend that believes what it is told: its redirects and cookies name the host and the path of the request. */
const credulous: Answer = (request, response) => {
  const [named = 'unknown'] = valuesOf(request, 'x-forwarded-host')
  response.writeHead(302, {
    Location: `http://${named}${request.url}`,
    'Set-Cookie': `session=1; Domain=${named}`,
    'X-Echo': valuesOf(request, 'x-value').join(),
  })
  response.end(`see http://${named}`)
}

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0, hosts: [${host}], url: "https://${host}" }
issuers:
  staff: { issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }
apis:
  site:
    path: /site
    identify: { any: [{ jwt: staff }, anonymous] }
    authorize: anyone
    forward: { to: "${to}" }
`

const targets = ['/site/page', '/.well-known/oauth-protected-resource/site', '/.well-known/jwks.json', '/nowhere']

const request = (target: string, fields: readonly (readonly [string, string])[]) =>
  `GET ${target} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Connection: close\r\n\r\n`

/** A place that a payload is put in, as a target and header fields. */
type Put = readonly [target: string, fields: readonly (readonly [string, string])[]]

const places = {
  'crlf-path': (payload: string): Put[] => [[`/site${payload}`, [['Host', host]]]],
  'crlf-value': (payload: string): Put[] => [
    [`/site/page?next=${payload}`, [['Host', host]]],
    [`/site/${payload}`, [['Host', host]]],
    [
      '/site/page',
      [
        ['Host', host],
        ['X-Value', payload],
      ],
    ],
    [
      '/site/page',
      [
        ['Host', host],
        ['Sallyport-Call-Id', payload],
      ],
    ],
  ],
} satisfies Record<string, (payload: string) => Put[]>

const putsOf = (one: Case): Put[] =>
  one.kind === 'host-header' ? targets.map(target => [target, one.headers]) : places[one.kind](one.payload)

test('no header is injected, and no host but the configured one is named anywhere', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = outsideCases<Case>('header-injection', 'cases.jsonl')
  const backend = await startBackend(t, credulous)
  const { jwks } = await testIssuer()
  const gateway = await startGateway(t, yaml(backend.url), { files: { 'jwks.json': jwks } })
  let sent = 0
  for (const one of cases) {
    for (const put of putsOf(one)) {
      const bytes = await speak(gateway.url, request(...put))
      const [reply, more] = repliesIn(bytes)
      const about = `${one.id} as ${put[0]}`
      assert.ok(reply !== undefined && more === undefined, about)
      if (reply.status >= 400) requireRefusal(reply, about)
      assert.ok(!fieldOf(reply, 'set-cookie').some(cookie => cookie.startsWith('crlf')), about)
      assert.doesNotMatch(bytes.toString('latin1'), /attacker\.com|intranet\.example/, about)
      for (const location of fieldOf(reply, 'location')) assert.equal(new URL(location).host, host, about)
      sent++
    }
  }
  for (const { headers } of backend.received) {
    assert.deepEqual(
      headers.filter(([name]) => name === 'set-cookie' || name === 'location'),
      [],
    )
    assert.ok(!headers.some(([, value]) => value.includes('attacker.com')))
  }
  t.diagnostic(`${cases.length} cases in ${sent} requests, ${backend.received.length} forwarded`)
})

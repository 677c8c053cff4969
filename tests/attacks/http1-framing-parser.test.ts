import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromBytes, withHost } from './framing/requests.ts'
import { openStand, requireAlive, type Sent } from './framing/stand.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

interface Case {
  readonly id: string
  readonly mode: string
  readonly raw_base64: string
  readonly has_host: boolean
  readonly expected: string
}

const refused = (sent: Sent) => sent.refused.length === 1 && sent.arrived.length === 0 && !sent.kept

/** Their bodies end within the good call that is sent after them: what is left of it is refused for itself. */
const cutting: ReadonlySet<string> = new Set(['request/content-length:457'])

/** A parser that is told to be lenient may accept more; ours is never told so. */
function isAsExpected({ id, mode, expected }: Case, sent: Sent): boolean {
  if (expected.startsWith('reject')) return refused(sent)
  if (cutting.has(id)) return sent.arrived.length === 1 && sent.refused.length === 1 && !sent.kept
  return (sent.refused.length === 0 && sent.arrived.length > 0) || (mode.startsWith('request-lenient') && refused(sent))
}

/** What the parser accepts and we refuse. Nothing is let by that it refuses. */
const stricter: Readonly<Record<string, readonly string[]>> = {
  'changing protocols and tunnels are not served': [
    'request/connection:553',
    'request/connection:725',
    'request/connection:769',
    'request/method:39',
    'request/method:108',
    'request/uri:199',
  ],
  'a request that breaks off in its head': ['request/finish:63'],
  'the Host field is no host': ['request/sample:122'],
  'the asterisk is no path': ['request/method:147'],
  'of the transfer codings chunked alone is read': ['request/transfer-encoding:766'],
  'a quote has to be percent-encoded in a path (RFC 3986 section 3.3)': ['request/uri:13'],
  'a target has no fragment (RFC 9112 section 3.2)': ['request/uri:174', 'url:23', 'url:133'],
  'the target names another host than the Host field': [
    'request/uri:231',
    'url:9',
    'url:47',
    'url:59',
    'url:145',
    'url:159',
    'url:199',
    'url:235',
  ],
}

function bytesOf({ raw_base64: base64, mode, has_host: named }: Case): string {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  const request = mode === 'url' ? `GET ${text} HTTP/1.1\r\n` : text
  return fromBytes(named ? request : withHost(request))
}

test("the requests of llhttp's own tests are refused where its strict parser refuses them", async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = outsideCases<Case>('http1-framing', 'llhttp.jsonl')
  const stand = await openStand(t)
  const differing: string[] = []
  for (const one of cases) {
    const sent = await stand.send(bytesOf(one), one.id)
    if (isAsExpected(one, sent)) continue
    assert.ok(refused(sent), `${one.id} is let by`)
    differing.push(one.id)
  }
  assert.deepEqual(differing.sort(), Object.values(stricter).flat().sort())
  await requireAlive(stand)
  t.diagnostic(`${cases.length} cases, ${differing.length} decided otherwise`)
})

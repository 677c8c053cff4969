import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHead, withHost } from './framing/requests.ts'
import { openStand, requireAlive, type Sent } from './framing/stand.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

interface Case {
  readonly id: string
  readonly raw_head_latin1: string
  readonly has_host: boolean
  readonly expected: Expected
}

type Expected = keyof typeof isAsExpected

const forwarded = ({ refused, arrived }: Sent) => refused.length === 0 && arrived.length === 1
const refused = (sent: Sent) => sent.refused.length === 1 && sent.arrived.length === 0 && !sent.kept

const isAsExpected = {
  forward: forwarded,
  'forward (normalised)': forwarded,
  'reject 400 and close': (sent: Sent) => refused(sent) && sent.refused[0]?.status === 400,
  'reject, or forward on a connection that is closed right after': (sent: Sent) =>
    refused(sent) || (forwarded(sent) && !sent.kept),
}

/** What the set lets by and we refuse. Nothing is let by that it refuses. */
const stricter: Readonly<Record<string, readonly string[]>> = {
  'a field name ends at its colon (RFC 9112 section 5.1); white space before it is refused, not removed': [
    'acceptable#0',
    'acceptable#3',
  ],
  'control characters have no place in a field (RFC 9110 section 5.5)': [
    'bad-header-characters#11',
    'bad-header-characters#14',
  ],
  'a target has no space (RFC 9112 section 3.2)': ['uri-specific-test-cases#3'],
  'of the transfer codings chunked alone is read': [
    'more-compliant-tests#5',
    'more-compliant-tests#7',
    'more-compliant-tests#8',
    'more-compliant-tests#9',
    'rfc-compliant#9',
  ],
  'a query, percent-decoded, is UTF-8': ['more-compliant-tests#3'],
  'a target has no fragment (RFC 9112 section 3.2)': ['rfc-compliant#11'],
}

test('requests that servers frame differently are refused or arrive as one, as http-desync-guardian judges them', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = outsideCases<Case>('http1-framing', 'aws-desync-guardian.jsonl')
  const stand = await openStand(t)
  const differing: string[] = []
  for (const { id, raw_head_latin1: head, has_host: named, expected } of cases) {
    const sent = await stand.send(fromHead(named ? head : withHost(head)), id)
    if (isAsExpected[expected](sent)) continue
    assert.ok(refused(sent), `${id} is let by`)
    differing.push(id)
  }
  assert.deepEqual(differing.sort(), Object.values(stricter).flat().sort())
  await requireAlive(stand)
  t.diagnostic(`${cases.length} cases, ${differing.length} decided otherwise`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

interface Case {
  readonly id: string
  readonly expected: string
  readonly input_base64: string
}

/** What the suite takes for good, though two readers may see two values in it. */
const ambiguous = /^y_object_duplicated_key/

/** The statuses that a case may have. */
function allowedFor({ id, expected }: Case): readonly number[] {
  if (expected === 'reject' || ambiguous.test(id)) return [400]
  return expected === 'accept' ? [200] : [200, 400]
}

for (const rule of ['json: true', 'body: ./any.json'] as const) {
  test(`JSONTestSuite before ${rule}: what is no JSON never reaches the backend, what is goes on byte for byte`, async t => {
    if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
    const cases = [
      ...outsideCases<Case>('json-parsing', 'parsing.jsonl'),
      ...outsideCases<Case>('json-parsing', 'transform.jsonl'),
    ]
    const backend = await startBackend(t)
    const config = openYaml({ to: backend.url, api: [`inspect: { ${rule} }`] })
    const gateway = await startGateway(t, config, { files: { 'any.json': 'true' } })
    const counted = new Map<number, number>()
    for (const one of cases) {
      const body = Buffer.from(one.input_base64, 'base64')
      if (body.length === 0) continue
      const before = backend.received.length
      const { status } = await gateway.call('/shop/x', {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
      })
      assert.ok(allowedFor(one).includes(status), `${one.id}: ${status}`)
      assert.equal(backend.received.length - before, status === 200 ? 1 : 0, one.id)
      if (status === 200) assert.deepEqual(backend.received.at(-1)?.body, body, one.id)
      counted.set(status, (counted.get(status) ?? 0) + 1)
    }
    t.diagnostic(`${cases.length} bodies: ${[...counted].map(([status, count]) => `${count} of ${status}`).join(', ')}`)
  })
}

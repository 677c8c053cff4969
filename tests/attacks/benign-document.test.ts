import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

interface Case {
  readonly id: string
  /** `adyen request example of POST /payments`. */
  readonly origin: string
  readonly body: unknown
}

test("requests that Adyen gives as examples pass a gateway that judges by Adyen's own document", async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const document = gunzipSync(readFileSync(join(corpora, 'openapi-real', 'adyen_checkout_v72.json.gz'))).toString()
  const backend = await startBackend(t)
  const api = ['openapi: ./adyen.json', 'inspect: { document: true }']
  const gateway = await startGateway(t, openYaml({ to: backend.url, api }), { files: { 'adyen.json': document } })
  const refused: string[] = []
  let passed = 0
  for (const { id, origin, body } of outsideCases<Case>('benign-api-bodies', 'bodies.jsonl')) {
    const [, method, path = ''] = /^adyen request example of (\S+) (\S+)/.exec(origin) ?? []
    if (method === undefined) continue
    const url = `/shop${path.replace(/\{[^}]*\}/g, 'x1')}`
    const headers = { 'Content-Type': 'application/json' }
    const response = await gateway.call(url, { method, body: JSON.stringify(body), headers })
    if (response.status === 200) passed += 1
    else refused.push(`${id} ${origin}: ${await response.text()}`)
  }
  t.diagnostic(`${passed} passed, ${refused.length} refused: ${refused.join('; ')}`)
  assert.deepEqual(refused, [])
  assert.ok(passed >= 20)
})

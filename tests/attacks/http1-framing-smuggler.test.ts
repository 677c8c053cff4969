import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStand, requireAlive } from './framing/stand.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

interface Case {
  readonly id: string
  readonly te_gadget_latin1: string
}

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: gateway.example\r\n\r\n'

const head = (fields: readonly string[]) =>
  ['POST /attack HTTP/1.1', 'Host: gateway.example', ...fields].join('\r\n').concat('\r\n\r\n')

/** By its length the body is one; by its chunks it ends before a request that nobody let by. */
function lengthFirst(gadget: string): string {
  const body = `0\r\n\r\n${smuggled}`
  return head([`Content-Length: ${body.length}`, gadget]) + body
}

/** By its chunks the body is one; by its length it ends before that request. */
function chunksFirst(gadget: string): string {
  const chunk = `${smuggled.length.toString(16)}\r\n`
  return `${head([gadget, `Content-Length: ${chunk.length}`])}${chunk}${smuggled}\r\n0\r\n\r\n`
}

test('no disguise of Transfer-Encoding beside Content-Length carries a second request to the backend', async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = outsideCases<Case>('http1-framing', 'smuggler-te-gadgets.jsonl')
  const stand = await openStand(t)
  let forwarded = 0
  for (const { id, te_gadget_latin1: gadget } of cases) {
    for (const request of [lengthFirst(gadget), chunksFirst(gadget)]) {
      const { arrived, refused } = await stand.send(request, id)
      assert.ok(arrived.length + refused.length >= 1, `${id} is answered`)
      assert.ok(arrived.length <= 1, `${id} arrives as one request at the most`)
      forwarded += arrived.length
    }
  }
  await requireAlive(stand)
  t.diagnostic(
    `${cases.length} cases in 2 requests each, ${forwarded} forwarded as exactly one request, the rest refused`,
  )
})

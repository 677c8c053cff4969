import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startExample } from '../../tests/harness/example.ts'

const { lineUnder, stop, ...example } = await startExample(import.meta.dirname)
const typed = async (line: string) => (await example.typed(line)).stdout

test('the allowed call is answered by the warehouse', async () => {
  const answer = await typed(lineUnder('An allowed call'))
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(answer, /"items":\[\{"id":"bolt"/)
})

test('the refused call is refused for its scope; the sixth of six is too much', async () => {
  const answer = await typed(lineUnder('A refused one'))
  assert.match(answer, /^HTTP\/1\.1 403 Forbidden\r\n/)
  assert.match(answer, /"missing":\{"scopes":\["order_item"\]\}/)
  assert.equal(await typed(lineUnder('A limited one')), '200\n200\n200\n200\n200\n429\n')
})

test('[W29] past the gateway nobody gets in: the warehouse knows callers by what the gateway signs', async () => {
  assert.match(await typed(lineUnder('Past the gateway')), /^HTTP\/1\.1 401 Unauthorized\r\n/)
})

test('the calls are listed with their ids, and an id tells why', async () => {
  const list = await typed(lineUnder('the last calls'))
  const [, id = ''] = /POST \/warehouse\/orders +403 +scope-missing .* ([0-9a-f]{32})\n/.exec(list) ?? []
  const why = await typed(lineUnder('Ask with an id').replace('CALL-ID', id))
  assert.match(why, /✗ authorize {2}openapi: scope order_item\n/)
  assert.match(why, /What to do: /)
})

test('a call that was never made is explained too', async () => {
  const why = await typed(lineUnder('never made'))
  assert.match(why, /^POST \/warehouse\/orders {2}403 scope-missing\n/)
  assert.match(why, /missing scopes: order_item/)
})

test('told to stop, it stops in order', async () => {
  assert.deepEqual(await stop(), [0, null])
})

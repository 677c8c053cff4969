import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateway } from 'sallyport/testing'
import { folderWith, sallyport } from '../harness/command.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

const blocks = blocksOf(pageAt('docs/testing.md'))
const first = (language: string) => blocks.find(block => block.language === language)?.text ?? ''

const files = { 'sallyport.yaml': first('yaml'), 'orders.cedar': first('cedar'), 'orders.test.ts': first('ts') }

test('the tests of docs/testing.md come to what the page shows, strictly', async t => {
  const { status, out, err } = await sallyport(await folderWith(t, files), ['test', '--strict'])
  assert.deepEqual([status, err], [0, ''])
  const lines = (text: string) => text.replace(/[\d.]+ ?ms/g, 'some ms').split('\n')
  const [, ...shown] = lines(first('console').trim())
  for (const line of shown.filter(line => line !== '…')) assert.ok(lines(out).includes(line), `${line}\n${out}`)
})

test('what docs/testing.md shows of an expectation that is not met is what is said', async t => {
  const warehouse = gateway(`${await folderWith(t, files)}/sallyport.yaml`).from('203.0.113.7')
  const evening = warehouse.as({ user: 'ann' }).at('2027-02-01T18:01:00+11:00')
  await assert.rejects(evening.post('/warehouse/orders').allowed(), { message: first('text').trimEnd() })
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gateway } from 'sallyport/testing'
import { folderWith } from '../harness/command.ts'
import { firstBlock } from '../house/markdown.ts'

/** The example of a page, to be called by what messages ask for. */
async function exampleOf(page: string, policies: string) {
  const files = { 'sallyport.yaml': firstBlock(page, 'yaml'), [policies]: firstBlock(page, 'cedar') }
  return gateway(`${await folderWith({ after }, files)}/sallyport.yaml`)
}

const mcp = await exampleOf('docs/mcp.md', 'tools.cedar')
const graphql = await exampleOf('docs/graphql.md', 'fields.cedar')

test('tests call tools by the names that they have in configurations', async () => {
  const ann = mcp.as({ user: 'ann', scopes: ['look', 'order'] })
  await ann.call('POST /warehouse/mcp tools/call search_items').allowed()
  await ann.call('POST /warehouse/mcp tools/call count_items').refused({ policy: 'clerks-alone-count' })
  await mcp
    .as({ user: 'bob', scopes: ['look'], roles: ['clerk'] })
    .call('POST /warehouse/mcp tools/call count_items')
    .allowed()
  for (const _ of [1, 2]) await ann.call('POST /warehouse/mcp tools/call order_item').allowed()
  await ann.call('POST /warehouse/mcp tools/call order_item').refused({ by: 'orders' })
  await ann.call('POST /warehouse/mcp tools/call drop_all').refused({ code: 'operation-unknown' })
  await ann.call('POST /warehouse/mcp resources/read warehouse://stock').allowed()
})

test('tests ask for fields by the names that they have in configurations', async () => {
  const ann = graphql.as({ user: 'ann', scopes: ['list_items', 'order_item'] })
  await ann.call('POST /warehouse/graphql query item items').allowed()
  await ann.call('GET /warehouse/graphql query items').allowed()
  await ann.call('POST /warehouse/graphql mutation createOrder').allowed()
  await ann.call('POST /warehouse/graphql query items orders').refused({ code: 'operation-unknown' })
  const temp = graphql.as({ user: 'tim', scopes: ['order_item'], roles: ['temp'] })
  await temp.call('POST /warehouse/graphql mutation createOrder').refused({ policy: 'temps-create-nothing' })
})

test('what is asked for and a body are one too many', () => {
  assert.throws(() => mcp.call('POST /warehouse/mcp tools/list', { body: {} }), /says what its body asks for/)
  assert.throws(() => mcp.call('POST /warehouse/mcp tools/call'), /needs a name after tools\/call/)
})

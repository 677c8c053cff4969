import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { asking, askingApi } from '../harness/asking.ts'
import { mintFor, narrowed, startMagic } from '../harness/magic.ts'

const gateway = await startMagic({ after }, { api: askingApi })
const permitOf = (path: string, asks: string | string[]) => ({ method: 'POST', path, asks })
const holder = async (...permit: readonly object[]) => asking(gateway.call, await gateway.mint({ permit }))

test('a token permits one tool, and none where nobody reads what is asked for', async () => {
  const one = await holder(permitOf('/mcp', 'tools/call search'), permitOf('/rpc', 'tools/call search'))
  assert.deepEqual([await one.tool('search'), await one.tool('order'), await one.list()], [200, 403, 403])
  assert.equal(await one.tool('search', '/rpc'), 403)
})

test('a token permits several tools, or all of one kind, and is narrowed to one', async () => {
  const two = await holder(permitOf('/mcp', ['tools/call search', 'tools/list']))
  assert.deepEqual([await two.tool('search'), await two.tool('order'), await two.list()], [200, 403, 200])
  const wide = await gateway.mint({ permit: [permitOf('/mcp', 'tools/*')], chain: true })
  const all = asking(gateway.call, wide)
  assert.deepEqual([await all.tool('search'), await all.tool('order'), await all.list()], [200, 200, 200])
  const narrow = await narrowed(wide, { permit: [permitOf('/mcp', 'tools/call order')] })
  const one = asking(gateway.call, narrow)
  assert.deepEqual([await one.tool('order'), await one.tool('search'), await one.list()], [200, 403, 403])
  const again = asking(gateway.call, await narrowed(narrow, { permit: [permitOf('/mcp', 'tools/*')] }))
  assert.deepEqual([await again.tool('order'), await again.tool('search')], [200, 403])
})

test('a token permits fields: all that a call asks for must be permitted by one entry', async () => {
  const both = '{ items { id } item { id } }'
  const apart = await holder(permitOf('/graphql', 'query items'), permitOf('/graphql', 'query item'))
  assert.deepEqual([await apart.graphql('{ item { id } }'), await apart.graphql(both)], [200, 403])
  const together = await holder(permitOf('/graphql', ['query items item', 'mutation *']))
  assert.deepEqual([await together.graphql(both), await together.graphql('{ orders { id } }')], [200, 403])
  assert.equal(await together.graphql('mutation { createOrder { id } }'), 200)
  const any = await holder(permitOf('/graphql', 'query *'))
  assert.deepEqual(
    [await any.graphql('{ orders { id } }'), await any.graphql('mutation { createOrder { id } }')],
    [200, 403],
  )
})

test('a permit that names nothing that could be asked for makes no token', async () => {
  const bad = ['tools/call', 'tools/list x', 'query', 'query a-b', '', '*', [], ['tools/list', ''], 7, null]
  for (const asks of bad) {
    const response = await mintFor(gateway, { permit: [{ method: 'POST', path: '/mcp', asks }] })
    assert.equal(response.status, 400, JSON.stringify(asks))
  }
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { api, apiKey, app, scopes, serve } from '@sallyport/sdk'
import { folderWith, sallyport } from '../harness/command.ts'

const key = 'sk-0123456789abcdefghij'
const stock = api(
  'GET /stock',
  { identify: apiKey({ keys: [{ id: 'shop', key }] }), authorize: scopes('list_items') },
  () => undefined,
)

test('the command lists and explains the calls of an application, while it runs and after it', async () => {
  const folder = await folderWith({ after })
  const shop = await app({ name: 'shop', operations: [stock], data: join(folder, '.sallyport') })
  const { url, close } = await serve(shop, { port: 0 })
  after(() => close(0))
  const response = await fetch(`${url}/stock`, { headers: { 'X-API-Key': key } })
  const id = response.headers.get('sallyport-call-id') ?? ''
  await shop.flush()

  const explained = await sallyport(folder, ['explain', id])
  assert.equal(explained.status, 0)
  assert.match(
    explained.out,
    /^GET \/stock {2}403 scope-missing\noperation GET \/stock of shop; caller application shop, by apiKey shop from 127/,
  )
  assert.match(explained.out, /✗ authorize {2}scopes: scope list_items\n/)
  await close()
  shop.close()
  assert.deepEqual(await sallyport(folder, ['explain', id]), explained)
  const { out } = await sallyport(folder, ['calls', '--json', '--data', join(folder, '.sallyport')])
  assert.deepEqual([JSON.parse(out)[0].id, JSON.parse(out)[0].operation], [id, 'GET /stock'])
})

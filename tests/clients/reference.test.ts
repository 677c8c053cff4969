import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import { anonymous, anyone, api, app, jwt, scopes, serve } from '@sallyport/sdk'
import { z } from 'zod'
import { noChromium } from '../harness/chromium.ts'
import { watch } from '../harness/watched-page.ts'
import { withoutClients } from './install.ts'

const skip = (await withoutClients()) || (noChromium ?? false)

/** Has the application find among our packages what its user would have installed beside it. */
function installedHere(): void {
  const url = import.meta.resolve('@scalar/api-reference')
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@scalar/api-reference' ? { url, shortCircuit: true } : next(specifier, context),
  })
}

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const operations = [
  api(
    'POST /orders/{id}',
    {
      summary: 'Order a bolt',
      description: 'As many as there are.',
      params: z.object({ id: z.string() }),
      body: z.strictObject({ item: z.string() }),
      response: z.object({ id: z.int() }),
      identify: jwt({ secret }),
      authorize: scopes('order_item'),
    },
    () => ({ id: 1 }),
  ),
  api('GET /hours', { summary: 'When we are open', identify: anonymous, authorize: anyone }, () => undefined),
]

test('in Chromium the reference page shows the operations, asks nobody but its own server and keeps to its policy', {
  skip,
}, async t => {
  installedHere()
  const shop = await app({ title: 'Shop', operations, openapi: 'public', reference: 'public' })
  const { url, close } = await serve(shop, { port: 0 })
  t.after(() => close(0))
  const page = await watch(t, `${url}/reference`)
  for (const words of ['Shop', 'Order a bolt', 'When we are open']) await page.shows(words)
  assert.deepEqual(page.faults, [])
  const paths = page.requests.map(request => (request.startsWith(`${url}/`) ? request.slice(url.length) : request))
  assert.deepEqual(paths.map(path => path.replace(/[0-9a-f]{16}/, 'HASH')).sort(), [
    '/openapi.json',
    '/reference',
    '/reference/HASH.js',
  ])
})

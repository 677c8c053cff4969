// The framework as its users write it. Started with one argument, a JSON object: see ../server.ts.
import { readFileSync } from 'node:fs'
import type { CallEvent } from '@sallyport/core'
import { anonymous, anyone, api, app, type Identify, jwt, scopes, serve } from '@sallyport/sdk'
import { z } from 'zod'

const { port, issuer, audience, secret, publicKey, recorded } = JSON.parse(process.argv[2] ?? '')

const body = z.strictObject({ item: z.string().min(1).max(50), count: z.int().min(1).max(1000) })
const order = z.object({ id: z.int(), item: z.string(), count: z.int(), by: z.string() })

const orders = (path: `/${string}`, identify: Identify) =>
  api(
    `POST ${path}`,
    {
      body,
      response: order,
      status: 201,
      identify,
      authorize: scopes('order_item'),
      limit: { burst: { allow: '1000000/second', per: 'user' } },
    },
    ({ body: { item, count }, caller }) => {
      const made = { id: 1, item, count, by: caller.user?.subject ?? '', internal: 'stays here' }
      return made
    },
  )

const item = api(
  'GET /items/{id}',
  { response: z.object({ id: z.string(), count: z.int() }), identify: anonymous, authorize: anyone },
  ({ params }) => ({ id: params.id ?? '', count: 3 }),
)

const operations = [
  orders('/hs256/orders', jwt({ secret, issuer, audience })),
  orders('/rs256/orders', jwt({ pem: readFileSync(publicKey, 'utf8'), issuer, audience, algorithms: ['RS256'] })),
  item,
]
const kept: CallEvent[] = []
const record = (event: CallEvent) => {
  kept[0] = event
}
await serve(await app({ operations, ...(recorded && { record }) }), { port })

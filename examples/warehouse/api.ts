import type { RequestListener } from 'node:http'
import { type App, answer, api, app, listener, type Operation, scopes } from '@sallyport/sdk'
import { z } from 'zod'
import type { Where } from '../run-example.ts'
import { toldBy } from '../told-caller.ts'

const item = z.object({
  id: z.string(),
  name: z.string(),
  count: z.int(),
  price: z.number(),
})

const items: readonly z.output<typeof item>[] = [
  { id: 'bolt', name: 'Bolt M8', count: 4200, price: 0.12 },
  { id: 'nut', name: 'Nut M8', count: 3900, price: 0.08 },
  { id: 'saw', name: 'Bow saw', count: 14, price: 23.5 },
]

const order = z.strictObject({ item: z.enum(items.map(({ id }) => id)), count: z.int().positive() })

function operations(where: Where): readonly Operation[] {
  const identify = toldBy(where)
  return [
    api(
      'GET /items',
      {
        summary: 'All items with count and price',
        response: z.object({ items: z.array(item).readonly() }),
        identify,
        authorize: scopes('list_items'),
      },
      () => ({ items }),
    ),
    api(
      'GET /items/{id}',
      {
        summary: 'One item',
        response: item,
        responses: { 404: z.object({ error: z.string() }) },
        identify,
        authorize: scopes('list_items'),
      },
      ({ params }) => items.find(({ id }) => id === params.id) ?? answer(404, { error: 'no such item' }),
    ),
    api(
      'POST /orders',
      {
        summary: 'Order an item',
        body: order,
        response: z.object({ order: z.int(), ...order.shape, by: z.string() }),
        status: 201,
        identify,
        authorize: scopes('order_item'),
      },
      ({ body, caller }) => ({ order: 1, ...body, by: caller.user?.subject ?? 'nobody' }),
    ),
  ]
}

/** The warehouse. The gateway before it has its document, warehouse.openapi.json, and so asks for the same scopes. */
export const warehouse = (where: Where): Promise<App> =>
  app({ operations: operations(where), title: 'Warehouse', version: '1.0.0' })

export const warehouseApi = async (where: Where): Promise<RequestListener> => listener(await warehouse(where))

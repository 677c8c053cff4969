import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { bytes, client, endpoint, stream, text } from './index.ts'

const placeOrder = endpoint('POST /shops/{shop}/orders/{path*}', {
  query: z.object({ express: z.boolean().optional() }),
  body: z.strictObject({ item: z.string() }),
  response: z.object({ id: z.int(), by: z.object({ tags: z.array(z.string()) }).nullable() }),
  status: 201,
})
const readOrder = endpoint('GET /orders/{id}', {
  params: z.object({ id: z.coerce.number<number>().int() }),
  response: z.object({ id: z.int() }),
  responses: { 404: z.object({ message: z.string() }) },
})
const search = endpoint('GET /orders', { query: z.object({ below: z.number() }), response: z.array(z.string()) })
const thumbnail = endpoint('POST /thumbnail', {
  body: bytes('image/png'),
  response: bytes('image/png'),
  responses: { 409: text('text/plain'), 422: z.object({ why: z.string() }) },
})
const shout = endpoint('POST /shout', { body: text('text/plain'), response: text('text/plain') })
const events = endpoint('GET /events', { response: stream('text/event-stream') })
const ping = endpoint('GET /ping', {})

const { call } = client({ url: 'https://shop.test', fetch: () => assert.fail('types call nobody') })

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(_?: T) => undefined

/** Nothing of it runs: the compiler judges it. */
async function judged() {
  const order = await call(placeOrder, { params: { shop: 'a', path: 'b/c' }, body: { item: 'bolt' } })
  is<Same<typeof order, { id: number; by: { tags: string[] } | null }>>()
  await call(placeOrder, { params: { shop: 1, path: 'b' }, query: { express: true }, body: { item: 'bolt' } })
  // @ts-expect-error: a parameter of the template is missing
  await call(placeOrder, { params: { shop: 'a' }, body: { item: 'bolt' } })
  // @ts-expect-error: there is no such parameter
  await call(placeOrder, { params: { shop: 'a', path: 'b', more: 'c' }, body: { item: 'bolt' } })
  // @ts-expect-error: the body is missing
  await call(placeOrder, { params: { shop: 'a', path: 'b' } })
  // @ts-expect-error: a member of the body is of another type
  await call(placeOrder, { params: { shop: 'a', path: 'b' }, body: { item: 1 } })
  // @ts-expect-error: the query is of another type
  await call(placeOrder, { params: { shop: 'a', path: 'b' }, query: { express: 'yes' }, body: { item: 'bolt' } })
  // @ts-expect-error: the answer has no such member
  order.price

  const read = await call(readOrder, { params: { id: 7 } })
  if (read.status === 404) is<Same<typeof read.body, { message: string }>>()
  else is<Same<typeof read.body, { id: number }>>()
  is<Same<typeof read.status, 200 | 404>>()
  // @ts-expect-error: which answer it is has to be found out first
  read.body.id
  // @ts-expect-error: the parameter is a number
  await call(readOrder, { params: { id: 'seven' } })

  const found = await call(search, { query: { below: 3 } })
  is<Same<typeof found, string[]>>()
  // @ts-expect-error: the query is needed
  await call(search)

  const small = await call(thumbnail, { body: new Uint8Array(1) })
  if (small.status === 200) is<Same<typeof small.body, Uint8Array>>()
  else if (small.status === 409) is<Same<typeof small.body, string>>()
  else is<Same<typeof small.body, { why: string }>>()
  // @ts-expect-error: bytes are no text
  await call(thumbnail, { body: 'png' })
  // @ts-expect-error: the body is missing
  await call(thumbnail)
  const shouted = await call(shout, { body: 'a' })
  is<Same<typeof shouted, string>>()
  // @ts-expect-error: a text is no bytes
  await call(shout, { body: new Uint8Array(1) })
  const streamed = await call(events)
  is<Same<typeof streamed, AsyncIterable<Uint8Array>>>()

  const nothing = await call(ping)
  is<Same<typeof nothing, undefined>>()
  // @ts-expect-error: it takes no body
  await call(ping, { body: 1 })
}

test('what a call takes and gives is typed by its endpoint', () => {
  assert.equal(typeof judged, 'function')
})

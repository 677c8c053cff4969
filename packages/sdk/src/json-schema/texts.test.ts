import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { anonymous, anyone, api, app, type Schema } from '../index.ts'

/** What a query comes to by a schema: what the handler was given, or the status. */
async function reading(query: Schema) {
  let given: unknown
  const operation = api('GET /it', { identify: anonymous, authorize: anyone, query }, call => {
    given = call.query
    return undefined
  })
  const { fetch } = await app({ operations: [operation] })
  return async (text: string) => {
    const { status } = await fetch(new Request(`http://localhost/it?${text}`))
    return status === 204 ? given : status
  }
}

test('a schema that takes any text for true, or none for 0, is given what the text says', async () => {
  const read = await reading(z.object({ b: z.coerce.boolean().default(true), n: z.coerce.number().default(7) }))
  assert.deepEqual(await read('b=false'), { b: false, n: 7 })
  assert.deepEqual(await read('n=1e2'), { b: true, n: 100 })
  for (const text of ['b=no', 'b=', 'n=', 'n=%20', 'n=0x10', 'n=Infinity', 'n=1_0'])
    assert.equal(await read(text), 400, text)
})

test('a text stays one where it may be one, and where nothing is known of it', async () => {
  const read = await reading(
    z.object({
      zip: z.string().optional(),
      count: z.union([z.int(), z.literal('all')]).optional(),
      since: z.coerce.date().optional(),
      flag: z.stringbool().optional(),
      level: z.enum(['1', '2']).optional(),
      maybe: z.boolean().nullable().optional(),
    }),
  )
  assert.deepEqual(await read('zip=007'), { zip: '007' })
  assert.deepEqual(await read('count=5'), { count: 5 })
  assert.deepEqual(await read('count=all'), { count: 'all' })
  assert.deepEqual(await read('since=2026-01-15'), { since: new Date('2026-01-15') })
  assert.deepEqual(await read('flag=off'), { flag: false })
  assert.deepEqual(await read('level=1'), { level: '1' })
  assert.deepEqual(await read('maybe=false'), { maybe: false })
  assert.equal(await read('maybe=null'), 400)
})

test('a list that is given once is a list, and what may be a text or a list is left as it came', async () => {
  const read = await reading(
    z.object({ tag: z.array(z.string()).optional(), one: z.union([z.string(), z.array(z.string())]).optional() }),
  )
  assert.deepEqual(await read('tag=a'), { tag: ['a'] })
  assert.deepEqual(await read('tag=a&tag=b'), { tag: ['a', 'b'] })
  assert.deepEqual(await read('one=a'), { one: 'a' })
  assert.deepEqual(await read('one=a&one=b'), { one: ['a', 'b'] })
  assert.deepEqual(await read('__proto__=1&constructor=2'), {})
})

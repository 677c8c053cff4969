import assert from 'node:assert/strict'
import { test } from 'node:test'
import { all, anonymous, any, anyone, api, apiKey, app, basic, hashPassword, jwt, roles, scopes } from '@sallyport/sdk'
import { z } from 'zod'
import { withoutClients } from './install.ts'

const skip = await withoutClients()

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const key = apiKey({ keys: [{ id: 'shop', key: 'sk-0123456789abcdefghij', scopes: ['read'] }] })
const open = { identify: anonymous, authorize: anyone } as const

/** Every part that a declaration can have. */
const operations = async () => [
  api(
    'GET /items',
    { ...open, query: z.object({ below: z.coerce.number().optional() }), response: z.array(z.string()) },
    () => [],
  ),
  api('HEAD /items', { ...open }, () => undefined),
  api(
    'PUT /items/{id}',
    {
      ...{ summary: 'Keep an item', description: 'Or another in its place.', tags: ['items'] },
      params: z.object({ id: z.coerce.number().int() }),
      headers: z.object({ 'x-tenant': z.string().max(20) }),
      body: z.strictObject({ name: z.string(), size: z.union([z.number(), z.literal('large')]).nullable() }),
      response: z.object({ id: z.int() }),
      responses: { 404: z.object({ message: z.string() }), 409: z.object({ by: z.string() }) },
      identify: any(
        jwt({ secret }),
        all(key, basic({ users: [{ name: 'ann', password: await hashPassword('correct horse') }] })),
      ),
      authorize: [scopes('write'), roles('keeper')],
      limit: { keep: { allow: '10/minute', per: 'user' } },
      inspect: { csrf: true },
      protect: { securityHeaders: true },
    },
    () => ({ id: 1 }),
  ),
  api('GET /files/{path*}', { ...open, identify: jwt({ secret, cookie: 'sid' }) }, () => undefined),
  api('DELETE /files/{path*}', { authorize: anyone, identify: jwt({ secret, query: 'token' }) }, () => undefined),
]

interface Program {
  readonly Validator: new () => {
    validate(document: object): Promise<{ readonly valid: boolean; readonly errors?: unknown }>
  }
}

test('the document of an application is OpenAPI 3.1 by the schema of the OpenAPI Initiative', { skip }, async () => {
  const program: Program = await import(new URL('./programs/openapi-schema.mjs', import.meta.url).href)
  const { Validator } = program
  const { openapi } = await app({ operations: await operations(), url: 'https://shop.test' })
  const { valid, errors } = await new Validator().validate(structuredClone(openapi))
  assert.deepEqual(errors ?? [], [])
  assert.ok(valid)
  const broken = await new Validator().validate({ ...structuredClone(openapi), paths: { items: 1 } })
  assert.ok(!broken.valid, 'the schema finds faults')
})

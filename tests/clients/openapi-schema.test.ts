import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  all,
  anonymous,
  any,
  anyone,
  api,
  apiKey,
  app,
  basic,
  hashPassword,
  jwt,
  roles,
  type Schema,
  scopes,
} from '@sallyport/sdk'
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

interface Library {
  readonly schemas: { readonly tree: Schema }
}

/** What a reference of a document leads to (RFC 6901); undefined where that is nothing. */
const found = (document: object, reference: string) =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((part, name) => (Object.hasOwn(Object(part), name) ? Object(part)[name] : undefined), document)

for (const name of ['zod', 'valibot', 'arktype'])
  test(`every reference of a document leads to a schema of it, where ${name} has schemas that refer to themselves`, {
    skip,
  }, async () => {
    const { schemas }: Library = await import(new URL(`./programs/schemas/${name}.mjs`, import.meta.url).href)
    const { Validator }: Program = await import(new URL('./programs/openapi-schema.mjs', import.meta.url).href)
    const { tree } = schemas
    const grow = api('PUT /trees', { ...open, body: tree, response: tree }, ({ body }) => body)
    const { openapi } = await app({ operations: [grow] })
    const { errors } = await new Validator().validate(structuredClone(openapi))
    assert.deepEqual(errors ?? [], [])
    const references = [...JSON.stringify(openapi).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference = '']) => reference,
    )
    const ofTrees = references.filter(reference => !reference.endsWith('/Problem'))
    assert.ok(ofTrees.length > 0)
    for (const reference of references) assert.equal(typeof found(openapi, reference), 'object', reference)
    // Where it leads is a tree or a list of them, not the document or a schema of another.
    const kinds = ofTrees.map(reference => Object(found(openapi, reference)))
    assert.ok(kinds.some(({ properties }) => Object.hasOwn(Object(properties), 'kids')))
    assert.ok(kinds.every(({ properties, type }) => type === 'array' || Object.hasOwn(Object(properties), 'kids')))
  })

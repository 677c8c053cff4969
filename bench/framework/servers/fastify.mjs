// Fastify with its own plugins and schemas, as its documentation has them. Started with one argument, a JSON object: see ../server.ts.
import { readFileSync } from 'node:fs'
import jwt from '@fastify/jwt'
import rateLimit from '@fastify/rate-limit'
import fastify from 'fastify'

const { port, issuer, audience, secret, publicKey, remembered } = JSON.parse(process.argv[2])

// What isn't declared is refused and nothing is taken for what it isn't, as everywhere here.
const app = fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: false } } })

const order = {
  body: {
    type: 'object',
    required: ['item', 'count'],
    additionalProperties: false,
    properties: {
      item: { type: 'string', minLength: 1, maxLength: 50 },
      count: { type: 'integer', minimum: 1, maximum: 1000 },
    },
  },
  response: {
    201: {
      type: 'object',
      required: ['id', 'item', 'count', 'by'],
      properties: {
        id: { type: 'integer' },
        item: { type: 'string' },
        count: { type: 'integer' },
        by: { type: 'string' },
      },
    },
  },
}

const orders = (prefix, key, algorithm) =>
  app.register(
    async guarded => {
      await guarded.register(jwt, {
        secret: key,
        verify: {
          algorithms: [algorithm],
          allowedIss: issuer,
          allowedAud: audience,
          requiredClaims: ['exp'],
          cache: remembered,
        },
      })
      guarded.addHook('onRequest', async (request, reply) => {
        await request.jwtVerify()
        if (!request.user.scope.split(' ').includes('order_item')) return reply.code(403).send({ error: 'scope' })
      })
      await guarded.register(rateLimit, {
        hook: 'preHandler',
        max: 1_000_000,
        timeWindow: 1000,
        cache: 20_000,
        keyGenerator: request => request.user.sub,
      })
      guarded.post('/orders', { schema: order }, async (request, reply) => {
        const { item, count } = request.body
        reply.code(201)
        return { id: 1, item, count, by: request.user.sub, internal: 'stays here' }
      })
    },
    { prefix },
  )

await orders('/hs256', secret, 'HS256')
await orders('/rs256', { public: readFileSync(publicKey) }, 'RS256')

const item = {
  response: {
    200: {
      type: 'object',
      required: ['id', 'count'],
      properties: { id: { type: 'string' }, count: { type: 'integer' } },
    },
  },
}
app.get('/items/:id', { schema: item }, async request => ({ id: request.params.id, count: 3 }))
await app.listen({ port, host: '127.0.0.1' })

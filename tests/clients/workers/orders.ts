import {
  type AppOptions,
  anonymous,
  any,
  anyone,
  api,
  apiKey,
  type Identify,
  jwt,
  jwtFrom,
  scopes,
} from '@sallyport/sdk'
import { z } from 'zod'

/** What the Worker is told. */
interface Env {
  readonly JWT_SECRET: string
  readonly API_KEY: string
  readonly ES256: string
  readonly RS256: object
  readonly JWKS_URL: string
}

const issuer = 'https://id.example.com'
const audience = 'warehouse'

const order = z.strictObject({ item: z.string(), count: z.int().positive() })

const ordersBy = (identify: Identify) =>
  api(
    'POST /orders',
    {
      body: order,
      response: z.object({ ...order.shape, by: z.string() }),
      status: 201,
      identify,
      authorize: scopes('order_item'),
      limit: { orders: { allow: '2/minute', per: 'user' } },
    },
    ({ body, caller }) => ({ ...body, by: caller.user?.subject ?? caller.credential.id }),
  )

const from = api(
  'GET /from',
  {
    response: z.object({ ip: z.string() }),
    identify: anonymous,
    authorize: anyone,
    limit: { few: { allow: '2/minute', per: 'ip' } },
  },
  ({ ip = 'unknown' }) => ({ ip }),
)

const shown = (path: `/${string}`, identify: Identify) =>
  api(
    `GET ${path}`,
    { response: z.object({ by: z.string() }), identify, authorize: scopes('list_items') },
    ({ caller }) => ({
      by: caller.user?.subject ?? '',
    }),
  )

/** Tokens of our own, and keys. */
const ours = ({ JWT_SECRET, API_KEY }: Env) =>
  any(jwt(jwtFrom({ JWT_SECRET })), apiKey({ keys: [{ id: 'shop', key: API_KEY, scopes: ['order_item'] }] }))

/** Whose tokens are taken, by the place that shows who calls. */
const issued = ({ ES256, RS256, JWKS_URL }: Env) => [
  shown('/es256', jwt({ issuer, audience, pem: ES256 })),
  shown('/rs256', jwt({ issuer, audience, jwks: RS256 })),
  shown('/fetched', jwt({ issuer, audience, jwks: JWKS_URL })),
]

/** What the application is made of. */
export const optionsFor = (env: Env): AppOptions => ({
  operations: [ordersBy(ours(env)), from, ...issued(env)],
  protect: { cors: { origins: ['https://shop.example.com'] }, securityHeaders: true },
})

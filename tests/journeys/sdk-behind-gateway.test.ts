import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, anyone, api, app, jwt, scopes } from '@sallyport/sdk'
import { z } from 'zod'
import { startGateway } from '../harness/gateway.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'

test('an application stands behind the gateway by its own document, which says who may call', async t => {
  const { openapi } = await app({
    operations: [
      api(
        'GET /items',
        { response: z.array(z.string()), identify: jwt({ secret }), authorize: scopes('read') },
        () => [],
      ),
      api('GET /open', { identify: anonymous, authorize: anyone }, () => undefined),
    ],
  })
  const config = `
sallyport: 1
gateway: { http: 0 }
issuers: { app: { issuer: any, audience: any, keys: { secret: "${secret}" } } }
apis:
  app:
    path: /app
    openapi: ./app.openapi.json
    identify: { any: [{ jwt: app }, anonymous] }
    forward: { to: http://127.0.0.1:1 }`
  const gateway = await startGateway(t, config, { files: { 'app.openapi.json': JSON.stringify(openapi) } })
  assert.equal((await gateway.call('/app/items')).status, 403)
  assert.equal((await gateway.call('/app/open')).status, 502)
  assert.equal((await gateway.call('/app/else')).status, 404)
})

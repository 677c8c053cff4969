import { anonymous, answer, anyone, api, apiKey, app as appOf, scopes } from '@sallyport/sdk'
import { z } from 'zod'

const open = { identify: anonymous, authorize: anyone }
const text = z.object({ text: z.string() })
const key = 'a-key-of-many-letters-1'
const byKey = {
  identify: apiKey({ keys: [{ id: 'one', key, scopes: ['write'] }] }),
  authorize: scopes('write'),
}

const changes = ['PUT', 'PATCH', 'DELETE'].map(method =>
  api(`${method} /items/{id}`, { ...byKey, params: z.object({ id: z.string() }) }, () => undefined),
)

export const app = await appOf({
  addresses: 'unknown',
  protect: { cors: { origins: ['https://shop.example.com'] } },
  operations: [
    api('POST /echo', { ...byKey, body: text, response: text }, ({ body }) => body),
    api('GET /hello', { ...open, response: text }, () => ({ text: 'hello' })),
    api('GET /cookie', { ...open, inspect: { csrf: true } }, () => answer(204, undefined, { 'Set-Cookie': 'a=1' })),
    ...changes,
  ],
})

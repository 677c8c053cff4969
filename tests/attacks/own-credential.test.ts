import assert from 'node:assert/strict'
import test from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'

const secret = 'upstream/s3cret+of=ours'

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0 }
apis:
  shop:
    path: /shop
    identify: anonymous
    authorize: anyone
    operations: { GET /items: {} }
    forward: { to: "${to}", credential: { query: { key: "\${UPSTREAM_KEY}" } } }
`

test('a credential of ours in the query never comes back to the caller in a redirect or a link', async t => {
  const backend = await startBackend(t, (request, response) => {
    const [, query = ''] = request.url.split('?')
    response.setHeader('Link', `<http://backend/items?page=2&${query}>; rel="next"`)
    response.setHeader('X-Login', `/login?next=${encodeURIComponent(request.url)}`)
    response.setHeader('Content-Location', `/items/?${query}#top`)
    response.setHeader('X-Kept', 'yes')
    response.writeHead(301, {
      Location: `${query.includes('away') ? 'https://elsewhere.example' : ''}/items/?${query}`,
    })
    response.end()
  })
  const gateway = await startGateway(t, yaml(backend.url), { env: { UPSTREAM_KEY: secret } })
  const told = async (query: string) => {
    const { headers } = await gateway.call(`/shop/items${query}`)
    const values = [...headers].map(([, value]) => value).join('\n')
    assert.ok(!values.includes('s3cret'), values)
    assert.equal(headers.get('x-kept'), 'yes')
    return headers.get('location')
  }
  assert.equal(await told(''), '/shop/items/')
  assert.equal(await told('?a=1&b=%20'), '/shop/items/?a=1&b=%20')
  assert.equal(await told('?away=1'), 'https://elsewhere.example/items/?away=1')
  assert.ok(backend.received.every(({ url }) => url.includes(encodeURIComponent(secret))))
})

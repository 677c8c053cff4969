import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, startBackend } from '../harness/backend.ts'
import { browse, noChromium, pageTelling, startPages } from '../harness/chromium.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'

type Call = readonly [what: string, path: string, init: object]

/** A script that tells which statuses the page reads; `unread` where the browser keeps an answer from it. */
const attempts = (gateway: string, calls: readonly Call[]) => `
  const seen = {}
  for (const [what, path, init] of ${JSON.stringify(calls)})
    seen[what] = await fetch(${JSON.stringify(gateway)} + path, init).then(({ status }) => status, () => 'unread')
  return seen`

const sent = (method: string, headers: object = {}) => ({ method, headers, body: '{}' })

const calls: readonly Call[] = [
  ['plain', '/shop/items', {}],
  ['refused', '/nowhere', {}],
  ['refused here', '/shop/scarce', {}],
  ['with JSON', '/shop/items', sent('POST', { 'Content-Type': 'application/json' })],
  ['another method', '/shop/items', sent('PUT')],
  ['another header', '/shop/items', sent('POST', { 'X-Other': 'a' })],
]

test('[F17] [F18] [F21] Chromium lets a listed page read and send what is granted, and another page nothing', async t => {
  if (noChromium !== undefined) return t.skip(noChromium)
  const [backend, listed, other] = await Promise.all([startBackend(t), startPages(t), startPages(t)])
  const cors = `protect: { cors: { origins: ["${listed.origin}"], headers: [Content-Type] } }`
  const operations =
    'operations: { GET /items: {}, POST /items: {}, PUT /items: {}, GET /scarce: { authorize: { roles: [none] } } }'
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [cors, operations] }))
  const [told, toldByOther] = [listed.next(), other.next()]
  await browse(t, listed.page(attempts(gateway.url, calls)))
  assert.deepEqual(await told, {
    plain: 200,
    refused: 'unread',
    'refused here': 403,
    'with JSON': 200,
    'another method': 'unread',
    'another header': 'unread',
  })
  await browse(t, other.page(attempts(gateway.url, calls)))
  assert.deepEqual(await toldByOther, Object.fromEntries(calls.map(([what]) => [what, 'unread'])))
  assert.ok(backend.received.every(({ method }) => method !== 'PUT'))
})

/** A shop whose own page orders something, and its backend. */
const shop =
  (script: string, told: string): Answer =>
  ({ url }, response) => {
    if (url !== '/page') return void response.end('{}')
    response.setHeader('Content-Type', 'text/html')
    response.setHeader('Set-Cookie', 'sid=a; Path=/')
    response.end(pageTelling(script, told))
  }

const ordering = `
  const token = document.cookie.match(/(?:^|; )csrf_token=([^;]+)/)?.[1]
  const order = headers => fetch('/shop/orders', { method: 'POST', headers, body: '{}' }).then(({ status }) => status)
  return [typeof token, await order({ 'X-CSRF-Token': token }), await order({})]`

/** A page of another origin on the same site, whose calls bear even strict cookies. */
const forging = (gateway: string) => `
  const order = headers => fetch('${gateway}/shop/orders', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' })
  await order()
  return 'sent'`

test('[F22] [F23] [F25] in Chromium the own page orders with its token; another page, whose call bears the same cookies, does not', async t => {
  if (noChromium !== undefined) return t.skip(noChromium)
  const pages = await startPages(t)
  const backend = await startBackend(t, shop(ordering, pages.told))
  const api = ['inspect: { csrf: true }']
  const gateway = await startGateway(t, openYaml({ to: backend.url, forward: 'pass: [cookie]', api }))
  const own = pages.next()
  const profile = await browse(t, `${gateway.url}/shop/page`)
  assert.deepEqual(await own, ['string', 200, 403])
  const forged = pages.next()
  await profile.open(pages.page(forging(gateway.url)))
  assert.equal(await forged, 'sent')
  const orders = gateway.events.filter(({ method }) => method === 'POST')
  assert.deepEqual(
    orders.map(({ refusal }) => refusal?.code),
    [undefined, 'csrf-token-missing', 'origin-not-allowed'],
  )
  assert.equal(backend.received.filter(({ method }) => method === 'POST').length, 1)
})

test('[F26] Chromium runs the script that bears the nonce of its answer, and no other', async t => {
  if (noChromium !== undefined) return t.skip(noChromium)
  const pages = await startPages(t)
  const backend = await startBackend(t, ({ headers, url }, response) => {
    const nonce = new Map(headers).get('sallyport-csp-nonce') ?? ''
    const guessed = `<script nonce="guessed">document.title = 'taken'</script><script>document.title = 'taken'</script>`
    response.setHeader('Content-Type', 'text/html')
    response.end(url === '/page' ? guessed + pageTelling('return document.title', pages.told, nonce) : '')
  })
  const csp = `csp: { script-src: "'self'", connect-src: "${pages.origin}" }`
  const gateway = await startGateway(
    t,
    openYaml({ to: backend.url, api: [`protect: { securityHeaders: { ${csp}, nonce: true } }`] }),
  )
  const told = pages.next()
  await browse(t, `${gateway.url}/shop/page`)
  assert.equal(await told, 'page')
})

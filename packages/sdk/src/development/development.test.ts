import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, anyone, api, app, createToken, jwt, scopes, serve } from '../index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const now = Date.parse('2026-01-15T12:00:00Z')
const clock = { now: () => now, elapsed: () => 0 }
const stock = api('GET /stock/{id}', { identify: jwt({ secret }), authorize: scopes('list_items') }, () => undefined)
const open = api('GET /open', { identify: anonymous, authorize: anyone }, () => undefined)
const operations = [stock, open]

/** A shop under development, what it prints, and calls of it. */
async function shop(options: Partial<Parameters<typeof app>[0]> = {}) {
  let printed = ''
  const output = { write: (text: string) => (printed += text) }
  const made = await app({ name: 'shop', operations, clock, development: { environment: {}, output }, ...options })
  const get = (path: string, headers: Record<string, string> = {}, peer: string | undefined = '127.0.0.1') =>
    made.fetch(new Request(`http://localhost${path}`, { headers }), peer === undefined ? {} : { peer })
  const as = (sub: string) => ({ Authorization: `Bearer ${createToken({ sub }, { secret, now, expiresIn: '1h' })}` })
  return { ...made, get, as, printed: () => printed }
}

test('each call is a line in the terminal as it happens: how it ended, what became of it at each stage, and why it was stopped', async () => {
  const { get, as, printed } = await shop()
  await get('/open')
  await get('/stock/1', as('bob'))
  assert.equal(
    printed(),
    `shop: calls are shown here and at /_development; the marks: admit identify authorize limit inspect forward protect record
12:00:00  GET /open                     204     0.0 ms  ✓✓✓✓✓✓✓✓  anonymous
12:00:00  GET /stock/1                  403     0.0 ms  ✓✓✗···✓✓  bob  authorize: scope-missing: needs scope list_items; has none
`,
  )
})

test('nothing that callers send reaches the terminal but as text on one line', async () => {
  const { get, as, printed } = await shop()
  await get('/stock/1', as('eve\x1b[2J\nroot'))
  assert.ok(printed().includes('eve\\u{1b}[2J\\u{a}root'))
})

test('the page lists the calls with their stages, and what was missing', async () => {
  const { get, as } = await shop()
  const response = await get('/stock/1', as('bob'))
  const text = await (await get('/_development')).text()
  for (const part of [
    '<span class="path">/stock/1</span>',
    '<b class="status">403</b>',
    '<p class="why"><b>scope-missing</b> by scopes</p><p>needs scope list_items; has none</p><p>missing scopes: <b>list_items</b></p>',
    `<code>${response.headers.get('sallyport-call-id')}</code>`,
  ])
    assert.ok(text.includes(part), `${part} in ${text}`)
  assert.ok(text.includes(await (await get('/_development/calls')).text()))
})

test('what callers send is text on the page, whatever it holds', async () => {
  const { get, as } = await shop()
  const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&\u202e`
  await get('/stock/1', as(evil))
  await get(`/nowhere/${evil}`)
  const text = await (await get('/_development/calls')).text()
  assert.doesNotMatch(text, /<script|<img|\u202e/)
  assert.ok(
    text.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(2)&gt;&amp;'),
  )
})

test('the page brings no script but its own, may ask nobody else, and stands in no frame', async () => {
  const { get } = await shop()
  const { headers } = await get('/_development')
  const policy = (headers.get('content-security-policy') ?? '').split('; ')
  assert.deepEqual(policy.slice(0, 4), [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
  ])
  assert.ok(policy.includes("frame-ancestors 'none'"))
  assert.equal((await get('/_development/script.js')).headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.equal((await get('/_development/style.css')).headers.get('content-type'), 'text/css; charset=utf-8')
})

test('only who sits at this machine sees the page: no other address, no other host, nobody behind a proxy, no page of another site', async () => {
  const { get } = await shop()
  const statuses = async (headers: Record<string, string>, peer?: string) => {
    const paths = ['/_development', '/_development/calls']
    return Promise.all(paths.map(async path => (await get(path, headers, peer)).status))
  }
  assert.deepEqual(await statuses({}), [200, 200])
  assert.deepEqual(await statuses({}, '::1'), [200, 200])
  assert.deepEqual(await statuses({}, '192.0.2.7'), [403, 403])
  const forwarding = ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via', 'X-Forwarded-Host']
  for (const name of forwarding) assert.deepEqual(await statuses({ [name]: '127.0.0.1' }), [403, 403], name)
  for (const host of ['rebound.example', 'localhost.rebound.example', '127.0.0.1.rebound.example'])
    assert.deepEqual(await statuses({ Host: host }), [421, 421], host)
  assert.deepEqual(await statuses({ 'Sec-Fetch-Site': 'cross-site' }), [403, 403])
  assert.deepEqual(await statuses({ Origin: 'https://evil.example' }), [403, 403])
})

test('where nobody knows the address of callers, nobody sees the page', async () => {
  const { fetch } = await shop()
  assert.equal((await fetch(new Request('http://localhost/_development'))).status, 403)
})

test('what the page asks for by itself is not shown; whoever may not see it is', async () => {
  const events: string[] = []
  const { get, printed } = await shop({ record: ({ path, status }) => events.push(`${status} ${path}`) })
  const before = printed()
  await get('/_development/calls')
  assert.equal(printed(), before)
  await get('/_development', {}, '192.0.2.7')
  assert.deepEqual(events, ['403 /_development'])
  assert.match(printed(), /address-refused: 192\.0\.2\.7 is not this machine\n$/)
})

test('without the option there is no such page', async () => {
  const { fetch } = await app({ operations })
  assert.equal((await fetch(new Request('http://localhost/_development'), { peer: '127.0.0.1' })).status, 404)
})

test('in production, or on an address that others reach, it does not start', async () => {
  for (const NODE_ENV of ['production', ' Production'])
    await assert.rejects(app({ operations, development: { environment: { NODE_ENV } } }), /NODE_ENV says .* production/)
  const { close, ...made } = await shop()
  for (const host of ['0.0.0.0', '::', '192.0.2.7'])
    await assert.rejects(serve({ close, ...made }, { port: 0, host }), /host: .* this machine alone/)
  close()
})

test('the last hundred calls are shown, so that memory does not grow', async () => {
  const { get } = await shop()
  for (let i = 0; i < 105; i++) await get(`/open?${i}`)
  assert.equal((await (await get('/_development/calls')).text()).match(/<li /g)?.length, 100)
})

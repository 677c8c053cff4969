import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { valuesOf } from '../harness/backend.ts'
import { callerOf } from '../harness/caller.ts'
import { blockWith, startAsked } from '../harness/decision-page.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { missingNginx, startNginx } from '../harness/nginx.ts'
import { fieldOf, repliesIn, speak } from '../harness/raw.ts'

const file: Lifetime = { after }
const skip = missingNginx() ?? false

const more = `
      POST /orders: { authorize: anyone }
      "* /any/{rest*}": { identify: anonymous, authorize: anyone, without: [scopes] }
      GET /scarce: { authorize: anyone, limit: { daily: { allow: 1/day, per: user } } }
      GET /here: { authorize: anyone, admit: { ip: { allow: [192.0.2.0/24] } } }
      POST /batch: { authorize: anyone, forward: { to: http://127.0.0.1:9001, pass: [x-http-method-override] } }
  open: { path: /open, identify: anonymous, authorize: anyone, forward: { to: http://127.0.0.1:1 } }
`

async function stand() {
  const asked = await startAsked(file, more)
  const servers = (port: number) =>
    blockWith('nginx', 'auth_request')
      .replace('/run/sallyport/nginx.sock', asked.socket)
      .replace('127.0.0.1:8000', `127.0.0.1:${port}`)
      .replace('http://127.0.0.1:9001', asked.backend.url)
  const nginx = await startNginx(file, servers)
  const token = await asked.issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000 })
  return { ...asked, nginx, token }
}

if (skip) test('calls that nginx asks about', { skip }, () => undefined)
else {
  const { backend, gateway, nginx, socket, token, issuer } = await stand()
  const known = [`Authorization: Bearer ${token}`]

  /** One request as its bytes are written, and what nginx answers. */
  async function said(line: string, ...fields: readonly string[]) {
    const bytes = await speak(nginx.url, [`${line} HTTP/1.1`, ...fields, 'Connection: close', '', ''].join('\r\n'))
    const [reply] = repliesIn(bytes)
    if (reply === undefined) throw new Error('nginx said nothing')
    return reply
  }
  const get = (path: string, ...fields: readonly string[]) => said(`GET ${path}`, 'Host: api.example.com', ...fields)
  const statusOf = async (path: string, ...fields: readonly string[]) => (await get(path, ...fields)).status
  const last = () => backend.received.at(-1)
  const event = () => gateway.events.at(-1)

  test('behind nginx a call goes on whose credential is good and may do it, and the backend is told who calls', async () => {
    const reply = await get('/warehouse/items?a=1', ...known)
    assert.equal(reply.status, 200)
    assert.equal(last()?.url, '/warehouse/items?a=1')
    assert.equal(callerOf(last()).sub, 'alice')
    assert.deepEqual(valuesOf(last(), 'authorization'), [])
    const { door, ip, operation, outcome, user, host } = event() ?? {}
    assert.deepEqual(
      { door, ip, operation, outcome, host, user: user?.subject },
      {
        ...{ door: 'nginx', ip: '127.0.0.1', operation: 'GET /items', outcome: 'answered' },
        ...{ host: 'api.example.com', user: 'alice' },
      },
    )
  })

  test('behind nginx whoever is not known is asked for a credential, and whoever may not is refused', async () => {
    const before = backend.received.length
    const unknown = await get('/warehouse/items')
    assert.equal(unknown.status, 401)
    assert.match(fieldOf(unknown, 'www-authenticate').join(), /^Bearer realm="staff"/)
    assert.equal(await statusOf('/warehouse/items', 'Authorization: Bearer x'), 401)
    const poor = await issuer.token({ scope: 'other' })
    assert.equal(await statusOf('/warehouse/items', `Authorization: Bearer ${poor}`), 403)
    assert.equal(event()?.refusal?.code, 'scope-missing')
    for (const path of ['/', '/warehouse', '/warehouse/none', '/.well-known/jwks.json', '/.judge'])
      assert.ok([403, 404].includes(await statusOf(path, ...known)), path)
    assert.equal(backend.received.length, before)
  })

  test('behind nginx limits are taken, and what is too much is refused', async () => {
    assert.deepEqual(
      [await statusOf('/warehouse/scarce', ...known), await statusOf('/warehouse/scarce', ...known)],
      [200, 403],
    )
    assert.deepEqual([event()?.refusal?.code, event()?.status], ['limit-exceeded', 403])
  })

  test('behind nginx methods are the caller’s own, and bodies go on', async () => {
    const sent = ['Host: api.example.com', ...known, 'Content-Length: 5']
    const bytes = await speak(
      nginx.url,
      `POST /warehouse/orders HTTP/1.1\r\n${sent.join('\r\n')}\r\nConnection: close\r\n\r\nhello`,
    )
    assert.equal(repliesIn(bytes)[0]?.status, 200)
    assert.deepEqual([last()?.method, last()?.body.toString(), event()?.method], ['POST', 'hello', 'POST'])
    assert.equal((await said('DELETE /warehouse/items', 'Host: api.example.com', ...known)).status, 403)
    assert.equal(event()?.refusal?.code, 'method-unknown')
    assert.equal((await said('HEAD /warehouse/items', 'Host: api.example.com', ...known)).status, 200)
    assert.equal(event()?.method, 'HEAD')
  })

  test('what a client says of its request under the names of the proxy changes nothing', async () => {
    const forged = [
      'X-Original-Method: GET',
      'X-Original-Method: GET',
      'X-Original-URI: /warehouse/any/thing',
      'X-ORIGINAL-URI: /warehouse/any/thing',
      'X_Original_URI: /warehouse/any/thing',
      'X-Original-Host: other.example.com',
      'X-Real-IP: 192.0.2.7',
      'X_Real_IP: 192.0.2.7',
      'X-Forwarded-For: 192.0.2.7',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: other.example.com',
      'Forwarded: for=192.0.2.7;host=other.example.com',
      'Sallyport-Door-Key: x',
      'X-Caller: forged',
    ]
    assert.equal(await statusOf('/warehouse/items', ...forged), 401)
    assert.equal(event()?.path, '/warehouse/items')
    assert.equal(await statusOf('/warehouse/here', ...known, ...forged), 403)
    assert.deepEqual([event()?.refusal?.code, event()?.ip], ['address-refused', '127.0.0.1'])
    assert.equal(await statusOf('/warehouse/items', ...known, ...forged), 200)
    assert.deepEqual([event()?.host, event()?.ip, event()?.method], ['api.example.com', '127.0.0.1', 'GET'])
    assert.equal(callerOf(last()).sub, 'alice')
    assert.equal((await said('DELETE /warehouse/items', 'Host: a.example', ...known, ...forged)).status, 403)
  })

  test('what names another method, path or host to a server behind nginx is refused, unless it is let through', async () => {
    const before = backend.received.length
    for (const field of [
      'X-HTTP-Method-Override: DELETE',
      'x-http-method: DELETE',
      'X-Method-Override: DELETE',
      'X-Original-URL: /admin',
      'X-Rewrite-URL: /admin',
      'X-Host: other.example.com',
      'X-HTTP-Host-Override: other.example.com',
    ]) {
      assert.equal(await statusOf('/warehouse/any/x', field), 403, field)
      assert.equal(event()?.refusal?.code, 'target-ambiguous', field)
    }
    assert.equal(backend.received.length, before)
    const batch = ['Host: api.example.com', ...known, 'Content-Length: 0', 'X-HTTP-Method-Override: PATCH']
    assert.equal((await said('POST /warehouse/batch', ...batch)).status, 200)
    assert.equal((await said('POST /warehouse/batch', ...batch, 'X-Method-Override: PATCH')).status, 403)
  })

  test('a path that could be read in two ways is never forwarded, and what is forwarded is what was judged', async () => {
    const bad = [
      '/warehouse/any/../items',
      '/warehouse/any/%2e%2e/items',
      '/warehouse/any/.%2E/items',
      '/warehouse/any/%2e%2e%2fitems',
      '/warehouse/any/..;/items',
      '/warehouse/any/..;x=1/items',
      '/warehouse/any/;/items',
      '/warehouse//items',
      '//warehouse/items',
      '/warehouse/any//x',
      '/warehouse/any/./x',
      '/warehouse/any/%2e/x',
      '/warehouse/any/x%5c..%5citems',
      '/warehouse/any/x\\..\\items',
      '/warehouse/any/%252e%252e/items',
      '/warehouse/any/%00',
      '/warehouse/any/x%00.png',
      '/warehouse/any/%3fa=1',
      '/warehouse/any/%69tems',
      '/warehouse/%69tems',
      '/warehouse/any/%zz',
      '/warehouse/any/%c0%ae%c0%ae/items',
      '/warehouse/any/x#/../items',
      '/warehouse/any/\u00fc',
      '/.judge',
      '/%2ejudge',
      '/.judge/',
      '/x/../.judge',
    ]
    const before = backend.received.length
    for (const path of bad) {
      const status = await statusOf(path, ...known)
      assert.ok([400, 403, 404].includes(status), `${path}: ${status}`)
    }
    assert.equal(backend.received.length, before)
    const good = [
      '/warehouse/any/a%20b',
      '/warehouse/any/a/b?x=%2e%2e//',
      '/warehouse/any/%C3%BC',
      '/warehouse/any/a+b',
      '/warehouse/any/x?',
    ]
    for (const path of good) {
      assert.equal(await statusOf(path), 200, path)
      assert.equal(last()?.url, path)
      assert.equal(event()?.path, path.replace(/\?.*/, ''))
    }
  })

  test('whatever the path, nginx forwards the one that was judged, or nothing', async () => {
    const pieces = [
      '/',
      '//',
      'any',
      'items',
      'warehouse',
      '.',
      '..',
      '%2e',
      '%2E%2e',
      '%2f',
      ';',
      ';x=1',
      '%5c',
      '\\',
      '%00',
      '%25',
      '%',
      '#',
      '?',
      'a',
      '%61',
      '%c3%bc',
      '%ff',
      '+',
      '~',
      '%7e',
      ':',
      '@',
      '*',
    ]
    const path = fc
      .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 })
      .map(parts => `/warehouse/any/${parts.join('')}`)
    const begun = backend.received.length
    await fc.assert(
      fc.asyncProperty(path, async target => {
        const before = backend.received.length
        const status = await statusOf(target)
        if (backend.received.length === before)
          return assert.ok([400, 401, 403, 404].includes(status), `${target}: ${status}`)
        assert.equal(last()?.url, target)
        assert.equal(event()?.path, target.replace(/\?.*/, ''))
        assert.equal(event()?.operation, '* /any/{rest*}')
      }),
      { numRuns: 200 },
    )
    assert.ok(backend.received.length > begun + 5)
  })

  test('a target in absolute form leads where it says, for the host that it says', async () => {
    assert.equal((await said('GET http://one.example.com/warehouse/any/x', 'Host: two.example.com')).status, 200)
    assert.deepEqual(
      [event()?.host, event()?.path, last()?.url],
      ['one.example.com', '/warehouse/any/x', '/warehouse/any/x'],
    )
    assert.equal((await said('GET http://one.example.com/warehouse/items', 'Host: two.example.com')).status, 401)
    assert.ok((await said('GET http://one.example.com', 'Host: two.example.com', ...known)).status >= 400)
  })

  test('credentials that stand twice are refused, and other odd requests do not reach the backend', async () => {
    const before = backend.received.length
    assert.ok((await statusOf('/warehouse/items', ...known, 'Authorization: Bearer x')) >= 400)
    assert.ok((await statusOf('/warehouse/items', 'Authorization: Bearer x', ...known)) >= 400)
    assert.ok((await said('TRACE /warehouse/any/x', 'Host: api.example.com')).status >= 400)
    assert.ok((await said('GET /warehouse/any/x', 'Host: a b')).status >= 400)
    assert.ok((await statusOf('/warehouse/any/x', 'Upgrade: websocket')) < 300)
    assert.equal(backend.received.length, before + 1)
  })

  /** What the door says to a request of this process, which may use the socket. */
  const asking = (path: string, headers: Record<string, string | string[]>, method = 'GET', body = '') =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ socketPath: socket, path, method, headers, agent: false }, answer => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  const told = {
    'X-Original-Method': 'GET',
    'X-Original-URI': '/warehouse/any/x',
    'X-Original-Host': 'api.example.com',
    'X-Real-IP': '192.0.2.7',
  }

  test('a question that is not complete, or not as nginx asks it, is refused: never 204', async () => {
    assert.equal(await asking('/judge', told), 204)
    assert.equal(event()?.ip, '192.0.2.7')
    for (const name of Object.keys(told)) {
      assert.equal(await asking('/judge', { ...told, [name]: [] }), 403, `no ${name}`)
      const twice = told[name as keyof typeof told]
      assert.equal(await asking('/judge', { ...told, [name]: [twice, twice] }), 403, `${name} twice`)
      assert.equal(await asking('/judge', { ...told, [name]: '' }), 403, `${name} empty`)
      assert.equal(
        await asking('/judge', { ...told, [name.replaceAll('-', '_')]: twice }),
        403,
        `${name} with underscores`,
      )
    }
    for (const path of ['/', '/judge/', '/judge?x', '/warehouse/any/x', '/nginx'])
      assert.equal(await asking(path, told), 403, path)
    assert.equal(await asking('/judge', told, 'POST'), 403)
    assert.equal(await asking('/judge', { ...told, 'Content-Length': '4' }, 'GET', 'body'), 403)
    for (const ip of ['unknown', 'unix:', '192.0.2.7, 192.0.2.8', '192.0.2.7:80', '192.0.2.0/24'])
      assert.equal(await asking('/judge', { ...told, 'X-Real-IP': ip }), 403, ip)
    for (const method of ['get', 'CONNECT', 'TRACE', 'NONE', 'GET, POST', 'G\u00e4T'])
      assert.equal(await asking('/judge', { ...told, 'X-Original-Method': method }), 403, method)
    for (const uri of [
      'warehouse/any/x',
      'http://api.example.com/warehouse/any/x',
      '*',
      '/warehouse/any/x y',
      '/.well-known/jwks.json',
    ])
      assert.equal(await asking('/judge', { ...told, 'X-Original-URI': uri }), 403, uri)
    for (const host of ['', 'a b', 'a/b', 'u@a'])
      assert.equal(await asking('/judge', { ...told, 'X-Original-Host': host }), 403, host)
    assert.equal(await asking('/judge', { ...told, 'X-Big': 'x'.repeat(20_000) }), 403)
    assert.equal(event()?.door, 'nginx')
  })

  test('where nobody decides, nginx lets nobody by', async () => {
    const before = backend.received.length
    await gateway.running.close(0)
    assert.equal(await statusOf('/warehouse/any/x', ...known), 500)
    assert.equal(backend.received.length, before)
  })
}

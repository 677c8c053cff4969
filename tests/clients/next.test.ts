import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { speak } from './frameworks.ts'
import { startNext, withoutNext } from './next.ts'

const skip = await withoutNext()
const url = skip ? '' : await startNext({ after })

const key = { 'X-API-Key': 'a-key-of-many-letters-1' }
const json = '{"text":"hello"}'
const post = (headers: Readonly<Record<string, string>>, body = json) =>
  fetch(`${url}/echo`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } })

test('in Next a route for all paths is an application, below the base path', { skip }, async () => {
  assert.deepEqual(await (await fetch(`${url}/hello`)).json(), { text: 'hello' })
  const good = await post(key)
  assert.deepEqual([good.status, await good.json()], [200, { text: 'hello' }])
  const elsewhere = await fetch(`${url}/elsewhere`)
  assert.deepEqual([elsewhere.status, elsewhere.headers.get('content-type')], [404, 'application/problem+json'])
  const outside = await fetch(url.replace('/shop', '/hello'))
  assert.deepEqual([outside.status, outside.headers.get('sallyport-call-id')], [404, null])
})

test('in Next nobody passes without a credential, with a bad one, or with two', { skip }, async () => {
  const [name, value] = ['X-API-Key', key['X-API-Key']]
  for (const headers of [{}, { [name]: `${value}x` }, { [name]: `${value}, ${value}` }, { [name]: `${value},` }])
    assert.equal((await post(headers)).status, 401)
  const { port } = new URL(url)
  const lines = [`${name}: ${value}`, `${name}: ${value}`, 'Host: localhost', 'Content-Type: application/json']
  const head = ['POST /shop/echo HTTP/1.1', ...lines, `Content-Length: ${json.length}`, 'Connection: close']
  assert.equal((await speak(Number(port), `${head.join('\r\n')}\r\n\r\n${json}`, 'callId')).slice(9, 12), '401')
})

test('in Next calls of every method are judged, preflights too', { skip }, async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    assert.equal((await fetch(`${url}/items/1`, { method })).status, 401, method)
    assert.equal((await fetch(`${url}/items/1`, { method, headers: key })).status, 204, method)
  }
  const seen = await fetch(`${url}/hello`, { method: 'HEAD' })
  assert.deepEqual([seen.status, await seen.text()], [200, ''])
  assert.equal((await fetch(`${url}/hello`, { method: 'PUT' })).status, 405)
  const preflight = (Origin: string) =>
    fetch(`${url}/echo`, { method: 'OPTIONS', headers: { Origin, 'Access-Control-Request-Method': 'POST' } })
  const told = await preflight('https://shop.example.com')
  assert.deepEqual([told.status, told.headers.get('access-control-allow-origin')], [204, 'https://shop.example.com'])
  assert.equal((await preflight('https://evil.example.com')).headers.get('access-control-allow-origin'), null)
})

test('in Next a body that is too long is a 413, one that does not fit a 400, and cookies stay apart', {
  skip,
}, async () => {
  assert.equal((await post(key, JSON.stringify({ text: 'x'.repeat(2 ** 20) }))).status, 413)
  assert.equal((await post(key, '{"text":1}')).status, 400)
  const cookies = (await fetch(`${url}/cookie`)).headers.getSetCookie()
  assert.deepEqual(cookies.map(cookie => cookie.split('=')[0]).sort(), ['a', 'csrf_token'])
})

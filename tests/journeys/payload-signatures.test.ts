import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson, readJson } from '@sallyport/core'
import { createLocalJWKSet, flattenedVerify } from 'jose'
import { z } from 'zod'
import { type Answer, startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })
const keysOf = async (url: string) =>
  createLocalJWKSet(keySet.parse(await (await fetch(`${url}/.well-known/jwks.json`)).json()))

type Keys = Awaited<ReturnType<typeof keysOf>>

/** What a consumer does: the payload is what it received, the rest stands in the field. */
async function isSigned(jws: string, payload: string, keys: Keys): Promise<boolean> {
  const [header = '', middle, signature = ''] = jws.split('.')
  assert.equal(middle, '')
  return flattenedVerify({ protected: header, payload, signature }, keys).then(
    () => true,
    () => false,
  )
}

const header = z.object({ paths: z.array(z.string()), canon: z.literal('rfc8785') })

/** What a JWS says that it is over. */
const pathsOf = (jws: string) =>
  header.parse(JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())).paths

const offer = z.looseObject({ id: z.unknown(), items: z.array(z.looseObject({ price: z.unknown().optional() })) })

/** The canonical JSON of `$.id` and `$.items[*].price`, by their normalized paths, in the body that was received. */
function chosen(body: string): string {
  const { id, items } = offer.parse(JSON.parse(body))
  const prices = items.flatMap(({ price }, i) =>
    price === undefined ? [] : [[`$['items'][${i}]['price']`, price] as const],
  )
  return canonicalJson(readJson(JSON.stringify(Object.fromEntries([["$['id']", id], ...prices]))))
}

const body = '{"id": 7, "items": [{"name": "tea", "price": 2.50}, {"name": "cup", "price": 4}], "note": "fresh"}'
const answering =
  (text: string, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'JWS-Signature': 'theirs' })
    response.end(text)
  }

test('[W24] the whole body bears a detached JWS: jose finds it good with the published key, and a changed byte bad', async t => {
  const backend = await startBackend(t, answering(body))
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['protect: { sign: { answers: {} } }'] }))
  const response = await gateway.call('/shop/items/7')
  const [received, jws] = [await response.text(), response.headers.get('JWS-Signature') ?? '']
  assert.equal(received, body)
  const keys = await keysOf(gateway.url)
  assert.equal(await isSigned(jws, received, keys), true)
  assert.equal(await isSigned(jws, received.replace('fresh', 'Fresh'), keys), false)
  assert.equal(await isSigned(jws, received.replace(': ', ':'), keys), false)
})

test('[W25] with JSONPaths alone what they lead to is signed: the rest may change, and nothing may be added or taken away', async t => {
  const backend = await startBackend(t, answering(body))
  const yaml = openYaml({
    to: backend.url,
    api: ["protect: { sign: { answers: { at: ['$.id', '$.items[*].price'] } } }"],
  })
  const gateway = await startGateway(t, yaml)
  const response = await gateway.call('/shop/items/7')
  const [received, jws] = [await response.text(), response.headers.get('JWS-Signature') ?? '']
  assert.equal(received, body)
  const keys = await keysOf(gateway.url)
  assert.deepEqual(pathsOf(jws), ['$.id', '$.items[*].price'])
  const good = (text: string) => isSigned(jws, chosen(text), keys)
  assert.equal(await good(received), true)
  assert.equal(await good(received.replace('fresh', 'stale').replace('tea', 'coffee')), true)
  assert.equal(await good(JSON.stringify(JSON.parse(received))), true, 'however it is written')
  assert.equal(await good(received.replace('2.50', '2.51')), false)
  assert.equal(await good(received.replace('"id": 7', '"id": "7"')), false)
  assert.equal(await good(received.replace('{"name": "cup", "price": 4}', '{"name": "cup"}')), false)
  assert.equal(await good(received.replace('], "note"', ', {"price": 0}], "note"')), false)
  assert.equal(
    await good(
      received.replace('"price": 2.50}, {"name": "cup", "price": 4}', '"price": 4}, {"name": "cup", "price": 2.50}'),
    ),
    false,
  )
})

test('[W25] a request bears the signature of its chosen parts to the backend', async t => {
  const backend = await startBackend(t)
  const yaml = openYaml({ to: backend.url, api: ['protect: { sign: { requests: { at: $.amount, header: X-Sig } } }'] })
  const gateway = await startGateway(t, yaml)
  const sent = '{"amount": 1e2, "to": "alice"}'
  const post = (text: string) =>
    gateway.call('/shop/pay', {
      method: 'POST',
      body: text,
      headers: { 'Content-Type': 'application/json', 'X-Sig': 'mine' },
    })
  assert.equal((await post(sent)).status, 200)
  const [received] = backend.received
  const [jws = '', more] = valuesOf(received, 'x-sig')
  assert.equal(more, undefined)
  assert.equal(received?.body.toString(), sent)
  const keys = await keysOf(gateway.url)
  assert.deepEqual(pathsOf(jws), ['$.amount'])
  assert.equal(await isSigned(jws, `{"$['amount']":100}`, keys), true)
  assert.equal(await isSigned(jws, `{"$['amount']":101}`, keys), false)
  const refused = await post('{"amount": 9007199254740993}')
  assert.equal((await problemOf(refused)).code, 'body-malformed')
  assert.equal((await post('no json')).status, 400)
  assert.equal(backend.received.length, 1)
})

test('an answer whose chosen parts cannot be signed does not leave; what says that something went wrong leaves unsigned', async t => {
  const answers = {
    '/big': answering('{"id": 12345678901234567890}'),
    '/text': answering('not json'),
    '/gone': answering('gone', 404),
  }
  const backend = await startBackend(t, (request, response) =>
    answers[request.url as keyof typeof answers](request, response),
  )
  const gateway = await startGateway(
    t,
    openYaml({ to: backend.url, api: ['protect: { sign: { answers: { at: $.id } } }'] }),
  )
  for (const path of ['/big', '/text']) {
    const response = await gateway.call(`/shop${path}`)
    assert.equal((await problemOf(response)).code, 'answer-invalid', path)
  }
  const gone = await gateway.call('/shop/gone')
  assert.deepEqual([gone.status, await gone.text(), gone.headers.get('JWS-Signature')], [404, 'gone', null])
})

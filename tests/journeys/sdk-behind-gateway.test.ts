import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { anonymous, anyone, api, app, createToken, jwt, scopes, serve } from '@sallyport/sdk'
import { z } from 'zod'
import { folderWith } from '../harness/command.ts'
import { FixedClock, startGateway } from '../harness/gateway.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { runCommand } from '../harness/run-command.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const items = api(
  'GET /items',
  { response: z.array(z.string()), identify: jwt({ secret }), authorize: scopes('read') },
  () => ['bolt'],
)
const hours = api('GET /hours', { identify: anonymous, authorize: anyone }, () => undefined)

/** A service that answers its own document, and what it recorded. */
async function startService(t: TestContext, clock: FixedClock) {
  const events: CallEvent[] = []
  const shop = await app({
    ...{ title: 'Shop', operations: [items, hours], openapi: 'public', clock },
    record: event => events.push(event),
  })
  const { url, close } = await serve(shop, { port: 0 })
  t.after(() => close(0))
  return { url, close, events }
}

const yaml = (openapi: string, to: string) => `
sallyport: 1
gateway: { http: 0 }
issuers: { app: { issuer: any, audience: any, keys: { secret: "${secret}" } } }
apis:
  shop:
    path: /shop
    openapi: ${openapi}
    identify: { any: [{ jwt: app }, anonymous] }
    forward: { to: "${to}", pass: [authorization] }`

test('a service stands behind the gateway by the URL of its document, and the gateway asks for the scopes that it declares', async t => {
  const clock = new FixedClock()
  const { url, events } = await startService(t, clock)
  const gateway = await startGateway(t, yaml(`${url}/openapi.json`, url))
  events.length = 0
  const token = (scope: string) => createToken({ sub: 'ann', scope }, { secret, expiresIn: '15m', now: clock.now() })
  const call = async (path: string, scope?: string) => {
    const headers: Record<string, string> = scope === undefined ? {} : { Authorization: `Bearer ${token(scope)}` }
    return (await gateway.call(path, { headers })).status
  }
  assert.equal(await call('/shop/items', 'read'), 200)
  assert.equal(await call('/shop/items', 'write'), 403)
  assert.equal(await call('/shop/items'), 403)
  assert.equal(await call('/shop/hours'), 204)
  assert.equal(await call('/shop/openapi.json'), 404)
  assert.deepEqual(
    gateway.events.map(({ refusal }) => refusal && `${refusal.stage} ${refusal.code}`),
    [undefined, 'authorize scope-missing', 'authorize scope-missing', undefined, 'admit route-unknown'],
  )
  assert.deepEqual(
    events.map(({ operation }) => operation),
    ['GET /items', 'GET /hours'],
    'the others did not reach it',
  )
})

test('check reads the document at its URL and tells who may call what', async t => {
  const clock = new FixedClock()
  const { url } = await startService(t, clock)
  const cwd = await folderWith(t, { 'sallyport.yaml': yaml(`${url}/openapi.json`, url) })
  const { status, out, err } = await runCommand(['check'], { cwd, clock })
  assert.deepEqual([status, err], [0, ''])
  assert.match(out, /^GET \/shop\/items .*scope read \(openapi\)/m)
  assert.match(out, /^GET \/shop\/hours .*anyone \(openapi\)/m)
})

test('a document that is not to be had keeps a gateway from starting, and its place in the file is told', async t => {
  const clock = new FixedClock()
  const { url, close } = await startService(t, clock)
  const at = (path: string) => mistakesOf(t, yaml(url + path, url))
  assert.deepEqual(await at('/nowhere.json?key=secret'), [
    `apis.shop.openapi: no document is to be had at ${url}/nowhere.json: it answered 404`,
  ])
  assert.match((await mistakesOf(t, yaml('http://192.0.2.1/openapi.json', url))).join(), /it needs https/)
  await close(0)
  const cwd = await folderWith(t, { 'sallyport.yaml': yaml(`${url}/openapi.json`, url) })
  const { status, err } = await runCommand(['check'], { cwd, clock })
  assert.equal(status, 1)
  assert.match(err, /sallyport\.yaml:8:14 {2}apis\.shop\.openapi: .*nobody answers there \(ECONNREFUSED\)/)
})

test('a gateway keeps to its rules where the document is gone when they are read anew', async t => {
  const { url, close } = await startService(t, new FixedClock())
  const gateway = await startGateway(t, yaml(`${url}/openapi.json`, url))
  await close(0)
  await gateway.change('sallyport.yaml', `${yaml(`${url}/openapi.json`, url)} # changed`)
  assert.match(gateway.reloads.flat().join(), /no document is to be had/)
  assert.equal((await gateway.call('/shop/items')).status, 403)
})

test('init writes a gateway before a service out of nothing but the URL of its document', async t => {
  const clock = new FixedClock()
  const { url } = await startService(t, clock)
  const cwd = await folderWith(t)
  const { status, err } = await runCommand(['init', '--openapi', `${url}/openapi.json`], { cwd, clock })
  assert.deepEqual([status, err], [0, ''])
  const text = await readFile(join(cwd, 'sallyport.yaml'), 'utf8')
  assert.ok(text.includes(`openapi: ${url}/openapi.json`), text)
  assert.ok(text.includes(`forward: { to: ${url} }`), text)
  assert.match((await runCommand(['check'], { cwd, clock })).out, /^GET \/shop\/items .*scope read/m)
})

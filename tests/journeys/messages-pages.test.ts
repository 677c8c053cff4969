import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { canonicalJson, readJson } from '@sallyport/core'
import { z } from 'zod'
import { startBackend } from '../harness/backend.ts'
import { certificateFor } from '../harness/certificate.ts'
import { pemKeys, template } from '../harness/dsig.ts'
import { ecRecipient, jwksFor, sealed } from '../harness/encrypted.ts'
import { startGateway } from '../harness/gateway.ts'
import { keysFile, newKey } from '../harness/keys.ts'
import { isGoodToXmlsec, signedByXmlsec } from '../harness/xmlsec.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

const keySets = z.object({ keys: z.array(z.record(z.string(), z.string())) })

const cache = fileURLToPath(new URL('../../node_modules/.cache/pages', import.meta.url))

/** The functions of a page's blocks of JavaScript, by their names. */
async function programsOf(t: TestContext, path: string): Promise<Readonly<Record<string, unknown>>> {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'page-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const programs = blocksOf(pageAt(path)).filter(({ language }) => language === 'js')
  const modules = programs.map(async ({ text }, i): Promise<object> => {
    const file = join(folder, `${i}.mjs`)
    await writeFile(file, text)
    return import(pathToFileURL(file).href)
  })
  return Object.assign({}, ...(await Promise.all(modules)))
}

async function run(program: unknown, ...given: readonly unknown[]): Promise<unknown> {
  assert.ok(typeof program === 'function')
  return Reflect.apply(program, undefined, given)
}

/** A page's configuration, with a backend of ours. */
function configurationOf(path: string, to: string, more: string): string {
  const [block] = blocksOf(pageAt(path)).filter(({ language }) => language === 'yaml')
  assert.ok(block !== undefined)
  return `sallyport: 1\ngateway: { http: 0 }\n${more}\n${block.text.replace('http://127.0.0.1:9001', to)}`
}

const secret = (text: string, name: string, file: string) => text.replace(`\${secret:${name}}`, `\${file:./${file}}`)

test('what docs/signatures.md shows is what a receiver has to do', async t => {
  const programs = await programsOf(t, 'docs/signatures.md')
  const backend = await startBackend(t, (_, response) => {
    response.setHeader('Content-Type', 'application/json')
    response.end('{"id": 7, "items": [{"price": 2.5}], "note": "x"}')
  })
  const { cert, key } = await certificateFor('DNS:signer.example.com')
  const clients = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const files = { 'clients.jwks.json': JSON.stringify({ ...clients, kid: 'c' }), 'shop.pem': key }
  const page = secret(configurationOf('docs/signatures.md', backend.url, ''), 'shop_key', 'shop.pem')
  const checked = await startGateway(t, page, { files })
  assert.equal((await checked.call('/shop/x')).status, 400)
  const gateway = await startGateway(t, page.replace(/^ {4}inspect:\n.*\n/m, ''), { files })
  const jwks: unknown = await (await gateway.call('/.well-known/jwks.json')).json()
  const asked = { method: 'GET', url: `${gateway.url}/shop/x`, headers: {} }
  const response = await fetch(asked.url)
  const answer = { status: 200, headers: Object.fromEntries(response.headers) }
  // The page's program goes by the clock on the wall, by which the gateway's signature has expired long since.
  t.mock.timers.enable({ apis: ['Date'], now: gateway.clock.now() })
  assert.equal(await run(programs.isGenuine, answer, asked, jwks), true)
  assert.equal(await run(programs.isGenuine, { ...answer, status: 201 }, asked, jwks), false)
  t.mock.timers.reset()
  const jws = response.headers.get('JWS-Signature') ?? ''
  const payload = canonicalJson(readJson(`{"$['id']": 7, "$['items'][0]['price']": 2.50}`))
  assert.equal(await run(programs.isSigned, jws, payload, jwks), true)
  assert.equal(await run(programs.isSigned, jws, payload.replace('7', '8'), jwks), false)
  const entry = page
    .replace(/sign: .*/, `sign: { answers: { key: "\${file:./shop.pem}" } }`)
    .replace(/^ {4}inspect:\n.*\n/m, '')
  const whole = await (await startGateway(t, entry, { files })).call('/shop/x')
  const body = Buffer.from(await whole.arrayBuffer())
  const signed = whole.headers.get('JWS-Signature') ?? ''
  assert.ok(new X509Certificate(cert).publicKey.asymmetricKeyType === 'ec')
  assert.equal(await run(programs.isSignedBody, signed, body, cert), true)
  assert.equal(await run(programs.isSignedBody, signed, Buffer.concat([body, Buffer.of(32)]), cert), false)
})

test('what docs/signatures.md shows of XML is what a receiver has to do', async t => {
  const blocks = blocksOf(pageAt('docs/signatures.md'))
  const [, example] = blocks.filter(({ language }) => language === 'yaml')
  const receipt = /`(<receipt.*<\/receipt>)`/.exec(pageAt('docs/signatures.md').text)?.[1] ?? ''
  const [, element = ''] = /--id-attr:Id (\S+)/.exec(blocks.find(({ language }) => language === 'sh')?.text ?? '') ?? []
  const backend = await startBackend(t, (_, response) => {
    response.setHeader('Content-Type', 'application/xml')
    response.end(receipt)
  })
  const keys = pemKeys()
  const clients = createPublicKey(keys.publicPem).export({ format: 'jwk' })
  const yaml = `sallyport: 1\ngateway: { http: 0 }\n${example?.text.replace('http://127.0.0.1:9001', backend.url)}`
  const gateway = await startGateway(t, yaml, { files: { 'clients.jwks.json': JSON.stringify(clients) } })
  const order = (signature: string) =>
    `<order xmlns="https://shop.example.com/order"><total Id="t">4</total><price Id="p">4</price>${signature}</order>`
  const ids = ['total', 'price'].map(name => `https://shop.example.com/order:${name}`)
  const sent = await signedByXmlsec(order(template({ references: [{ uri: '#t' }, { uri: '#p' }] })), keys, ids)
  const post = (body: string) =>
    gateway.call('/orders/new', { method: 'POST', body, headers: { 'Content-Type': 'application/xml' } })
  assert.equal((await post(sent.replace('>4</total>', '>5</total>'))).status, 400)
  const answer = await (await post(sent)).text()
  const jwks = keySets.parse(await (await gateway.call('/.well-known/jwks.json')).json())
  const key = createPublicKey({ key: jwks.keys[0] ?? {}, format: 'jwk' })
  const pem = String(key.export({ type: 'spki', format: 'pem' }))
  assert.equal(await isGoodToXmlsec(answer.replace('thanks', 'bye'), pem, [element]), true)
  assert.equal(await isGoodToXmlsec(answer.replace('12.50', '12.51'), pem, [element]), false)
})

test('what docs/encryption.md shows is what an application has to do', async t => {
  const programs = await programsOf(t, 'docs/encryption.md')
  const [app, ward, audit, inner, behind] = ['app-a', 'ward-7', 'audit', 'inner-2026', 'backend-1'].map(ecRecipient)
  assert.ok(app && ward && audit && inner && behind)
  const backend = await startBackend(t, (_, response) => {
    response.setHeader('Content-Type', 'application/json')
    response.end('{"iban": {"no": 1.0}, "visits": [{"note": "flu"}], "name": "Ann"}')
  })
  const key = newKey({ application: 'app-a' })
  const files = {
    ...{ 'keys.yaml': keysFile({ key }), 'apps.jwks.json': jwksFor(app, ward, audit) },
    ...{ 'backend.jwks.json': jwksFor(behind), 'inner.pem': inner.pem },
  }
  const page = secret(
    configurationOf('docs/encryption.md', backend.url, 'apiKeys: ./keys.yaml'),
    'inner_key',
    'inner.pem',
  )
  const yaml = page.replace('{ jwks: https://backend.example.com/jwks.json }', '{ file: ./backend.jwks.json }')
  const gateway = await startGateway(t, yaml, { files })
  const body = JSON.stringify({ card: await sealed('4111', inner) })
  const headers = { 'X-API-Key': key.key, 'Content-Type': 'application/json' }
  const response = await gateway.call('/hospital/x', { method: 'POST', headers, body })
  const answer = JSON.parse(await response.text())
  assert.deepEqual(await run(programs.open, answer.iban, app.key), { no: 1 })
  await assert.rejects(run(programs.open, answer.iban, ward.key))
  assert.equal(answer.name, 'Ann')
  assert.deepEqual(Object.keys(answer.visits[0].note).sort(), ['ciphertext', 'iv', 'protected', 'recipients', 'tag'])
  assert.deepEqual(await run(programs.open, backend.received[0]?.body.toString(), behind.key), { card: 4111 })
})

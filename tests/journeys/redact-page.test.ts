import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

const issuer = await testIssuer()
const hospital = 'hospital: { issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }'

/** A configuration that a page gives as an example, before a backend. */
const wholeOf = (section: string, to: string) =>
  `sallyport: 1\ngateway: { http: 0 }\nissuers: { ${hospital} }\n${section.replace('http://127.0.0.1:9001', to)}`

test('the example of docs/redaction.md does what the page says', async t => {
  const [example, ...others] = blocksOf(pageAt('docs/redaction.md'))
  const answers = others.filter(({ language }) => language === 'json')
  const [given, adams, counting] = answers.map(({ text }) => text)
  const backend = await startBackend(t, (_, response) =>
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(given),
  )
  const gateway = await startGateway(t, wholeOf(example?.text ?? '', backend.url), {
    files: { 'jwks.json': issuer.jwks },
  })
  const asked = async (claims: object) =>
    (await gateway.call('/hospital/patients', bearer(await issuer.token(claims)))).text()
  assert.equal(await asked({ sub: 'adams', roles: ['doctor'] }), adams)
  assert.equal(await asked({ sub: 'davis', roles: ['statistics'] }), counting)
  // A doctor of the same name that isn't one, and one whose token names nobody.
  assert.doesNotMatch(await asked({ sub: 'adams', roles: ['staff'] }), /wrist|heart/)
  assert.doesNotMatch(await asked({ sub: undefined, roles: ['doctor'] }), /wrist|heart/)
})

test('the example of docs/redaction.md for XML does what the page says', async t => {
  const blocks = blocksOf(pageAt('docs/redaction.md'))
  const [, example] = blocks.filter(({ language }) => language === 'yaml')
  const [given, doctor, counting] = blocks.filter(({ language }) => language === 'xml').map(({ text }) => text)
  const backend = await startBackend(t, (_, response) =>
    response.writeHead(200, { 'Content-Type': 'application/xml' }).end(given),
  )
  const gateway = await startGateway(t, wholeOf(example?.text ?? '', backend.url), {
    files: { 'jwks.json': issuer.jwks },
  })
  const asked = async (claims: object) =>
    (await gateway.call('/clinic/patients', bearer(await issuer.token(claims)))).text()
  assert.equal(await asked({ sub: 'adams', roles: ['doctor'] }), doctor)
  assert.equal(await asked({ sub: 'adams', roles: ['statistics'] }), counting)
})

test('the example of docs/error-rules.md does what the page says', async t => {
  const [example] = blocksOf(pageAt('docs/error-rules.md'))
  const backend = await startBackend(t, (_, response) => response.writeHead(503).end('at /srv/app.js:1'))
  const gateway = await startGateway(t, wholeOf(example?.text ?? '', backend.url), {
    files: { 'jwks.json': issuer.jwks },
  })
  const response = await gateway.call('/shop/items')
  assert.equal(response.status, 503)
  assert.match(await response.text(), /"code":"upstream-failed"/)
})

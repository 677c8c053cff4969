import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { ecRecipient, jwksFor, opened } from '../harness/encrypted.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const ward = ecRecipient('ward')
const files = { 'jwks.json': issuer.jwks, 'ward.jwks.json': jwksFor(ward) }
const patient = '{ "id":7, "note":"flu" }'

const yamlWith = (direction: string, fields: string, to = 'http://127.0.0.1:9') =>
  guardedYaml({
    to,
    operation: 'POST /patients',
    issuers: `{ staff: ${staffIssuer('claims: { office: text }')} }`,
    more: `        protect: { encrypt: { ${direction}: { keys: { file: ./ward.jwks.json }, fields: [${fields}] } } }`,
  })

const unlessHead = `{ at: $.note, for: [ward], unless: 'principal.office == "head"' }`

test('a value is encrypted but for those who meet a condition, and for all of whom that cannot be told', async t => {
  const backend = await startBackend(t, (_, response) =>
    response
      .setHeader('Content-Type', 'application/json')
      .setHeader('Cache-Control', 'public, max-age=60')
      .end(patient),
  )
  const { call } = await startGateway(t, yamlWith('answers', unlessHead, backend.url), { files })
  const answer = async (claims: object) =>
    call('/warehouse/patients', { method: 'POST', ...bearer(await issuer.token({ exp: 9e9, ...claims })) })
  assert.equal(await (await answer({ office: 'head' })).text(), patient)
  for (const claims of [{ office: 'regional' }, {}, { office: null }, { office: ['head'] }]) {
    const { note, ...rest } = JSON.parse(await (await answer(claims)).text())
    assert.deepEqual([(await opened(note, ward)).text, rest], ['"flu"', { id: 7 }])
  }
  assert.equal((await answer({ office: 'head' })).headers.get('cache-control'), 'private, max-age=60')
})

test('what the backend gets encrypted may depend on who calls, too', async t => {
  const backend = await startBackend(t)
  const field = unlessHead.replace('unless', 'when').replace('== "head"', '!= "head"')
  const { call } = await startGateway(t, yamlWith('requests', field, backend.url), { files })
  const received = async (claims: object) => {
    const { headers } = bearer(await issuer.token({ exp: 9e9, ...claims }))
    const json = { ...headers, 'Content-Type': 'application/json' }
    await call('/warehouse/patients', { method: 'POST', headers: json, body: patient })
    return String(backend.received.at(-1)?.body)
  }
  assert.equal(await received({ office: 'head' }), patient)
  for (const claims of [{ office: 'regional' }, {}])
    assert.equal((await opened(JSON.parse(await received(claims)).note, ward)).text, '"flu"')
})

test('fields with a condition that cannot be judged by do not load', async t => {
  const wrong = async (unless: string) => {
    const field = `{ at: $.id, for: [ward] }, { at: $.note, for: [ward], unless: ${JSON.stringify(unless)} }`
    return (await mistakesOf(t, yamlWith('answers', field), { files }))[0] ?? ''
  }
  const at = /protect\.encrypt\.answers\.fields\[1\]\.unless: line 1, column/
  assert.match(await wrong('principal.offise == "head"'), at)
  assert.match(await wrong('true; permit'), at)
})

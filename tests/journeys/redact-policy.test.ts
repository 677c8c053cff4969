import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const files = { 'jwks.json': issuer.jwks }
const hour = 3_600_000

const yamlWith = (redact: string, to = 'http://127.0.0.1:9') =>
  guardedYaml({
    to,
    issuers: `{ staff: ${staffIssuer('claims: { office: text, level: number }')} }`,
    more: `        protect: { redact: ${redact} }`,
  })

/** A gateway before a backend that always gives the same; `seen` is what a caller with claims gets of it. */
async function redacting(t: TestContext, redact: string, [type, text]: readonly [string, string]) {
  const backend = await startBackend(t, (_, response) =>
    response.setHeader('Content-Type', type).setHeader('ETag', '"1"').end(text),
  )
  const gateway = await startGateway(t, yamlWith(redact, backend.url), { files })
  const answer = async (claims: object, path = '/warehouse/items') =>
    gateway.call(path, bearer(await issuer.token({ exp: 9e9, ...claims })))
  return { gateway, answer, seen: async (claims: object) => (await answer(claims)).text() }
}

const order = ['application/json', '{"id":1,"price":12.50}'] as const
const head = `[{ at: $.price, unless: 'principal.office == "head"' }]`

test('a value is shown to those who meet a condition, and to nobody of whom that cannot be told', async t => {
  const { seen, answer } = await redacting(t, head, order)
  assert.equal(await seen({ office: 'head' }), '{"id":1,"price":12.50}')
  for (const claims of [{ office: 'regional' }, {}, { office: null }, { office: ['head'] }, { office: 7 }])
    assert.equal(await seen(claims), '{"id":1}', JSON.stringify(claims))
  const [some, others] = [await answer({ office: 'head' }), await answer({})]
  assert.match(some.headers.get('cache-control') ?? '', /private/)
  assert.match(others.headers.get('cache-control') ?? '', /private/)
})

test('a rule for those who meet a condition holds for those of whom that cannot be told, too', async t => {
  const { seen } = await redacting(t, head.replace('unless', 'when').replace('== "head"', '!= "head"'), order)
  assert.equal(await seen({ office: 'head' }), '{"id":1,"price":12.50}')
  for (const claims of [{ office: 'regional' }, {}, { office: 7 }]) assert.equal(await seen(claims), '{"id":1}')
})

test('a condition in Cedar stands beside others: all that is written must hold, and of several one', async t => {
  const either = `[{ at: $.price, unless: [{ roles: [buyer], cedar: 'principal.level >= 3' }, 'principal in Role::"auditor"'] }]`
  const { seen, gateway } = await redacting(t, either, order)
  const isSeen = async (claims: object) => (await seen(claims)).includes('price')
  assert.equal(await isSeen({ roles: ['buyer'], level: 3 }), true)
  assert.equal(await isSeen({ roles: ['buyer'], level: 2 }), false)
  assert.equal(await isSeen({ level: 3 }), false)
  assert.equal(await isSeen({ roles: ['auditor'] }), true)
  assert.deepEqual(gateway.events.at(-1)?.rules?.protect, [
    'redact: remove $.price unless principal.level >= 3 unless principal in Role::"auditor"',
  ])
})

test('a condition may go by the clock; who sees more gets another tag', async t => {
  const night = `[{ at: $.price, unless: { cedar: 'context.time.hour < 24 && context.time.hour >= 23', zone: Australia/Sydney } }]`
  const { gateway, answer } = await redacting(t, night, order)
  const [before, tag] = [await answer({}), 'etag']
  gateway.clock.advance(hour)
  const after = await answer({})
  assert.equal(await before.text(), '{"id":1,"price":12.50}')
  assert.equal(await after.text(), '{"id":1}')
  assert.notEqual(before.headers.get(tag), after.headers.get(tag))
})

test('elements of XML, and items of streams, are shown by conditions too', async t => {
  const xml = `[{ xpath: //price, unless: 'principal.office == "head"' }]`
  const ofXml = await redacting(t, xml, ['application/xml', '<order><price>12.50</price></order>'])
  assert.equal(await ofXml.seen({ office: 'head' }), '<order><price>12.50</price></order>')
  assert.equal(await ofXml.seen({}), '<order></order>')
  const lines = await redacting(t, head, ['application/jsonl', '{"id":1,"price":1}\n{"id":2,"price":2}\n'])
  assert.equal(await lines.seen({ office: 'head' }), '{"id":1,"price":1}\n{"id":2,"price":2}\n')
  assert.equal(await lines.seen({}), '{"id":1}\n{"id":2}\n')
})

test('rules with a condition that cannot be judged by do not load', async t => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    [
      `[{ at: $.a }, { at: $.b, unless: 'principal.offise == "x"' }]`,
      /redact\[1\]\.unless: line 1, column 1: .*`offise`/,
    ],
    [`{ rules: [{ at: $.b, when: ['true', 'principal.level'] }] }`, /redact\.rules\[0\]\.when: line 1, column 1: /],
    [`[{ at: $.b, when: 'true; permit' }]`, /redact\[0\]\.when: line 1, column 5: /],
    [`[{ at: $.b, when: { zone: UTC } }]`, /needs something that must hold/],
    [`[{ at: $.b, when: { roles: [a], zone: UTC } }]`, /zone: goes with cedar/],
    [`[{ at: $.b, when: { cedar: 'true', zone: Mars/Base } }]`, /zone: needs a time zone/],
    [`[{ at: $.b, when: '' }]`, /when/],
    [`[{ xpath: //b, unless: '1 == "a"' }]`, /redact\[0\]\.unless: the condition can never hold: it is false/],
  ]
  for (const [redact, message] of wrong)
    assert.match((await mistakesOf(t, yamlWith(redact), { files }))[0] ?? '', message)
})

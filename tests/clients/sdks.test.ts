import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { type Answer, valuesOf } from '../harness/backend.ts'
import { type MagicGateway, startMagic } from '../harness/magic.ts'
import { withoutClients } from './install.ts'
import { startProgram } from './program.ts'
import { type Sdk, sdks } from './sdks.ts'

const skip = await withoutClients()

const key = 'sk-real-2b1f9d0c4e7a'
const asked = { model: 'small', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] }

/** Nothing but what is named: another member could ask for more of the same (`max_completion_tokens`, `n`). */
const conditions = {
  type: 'object',
  required: ['model', 'max_tokens'],
  additionalProperties: false,
  properties: {
    model: { enum: ['small', 'medium'] },
    max_tokens: { type: 'integer', minimum: 1, maximum: 1000 },
    messages: true,
    stream: true,
  },
}

/** A gateway before a provider that answers `hello`, or leaves a stream open for the test to fill. */
async function startProvider(t: Parameters<typeof startMagic>[0], sdk: Sdk) {
  const opened = Promise.withResolvers<ServerResponse>()
  const answer: Answer = ({ body }, response) => {
    if (!JSON.parse(body.toString()).stream) {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify(sdk.answer('hello')))
      return
    }
    response.setHeader('Content-Type', 'text/event-stream')
    response.write(sdk.before)
    opened.resolve(response)
  }
  const api = ['errors: { as: json, message: true, error: object }']
  const gateway = await startMagic(t, { identify: sdk.identify, api, answer })
  const token = await gateway.mint({
    credential: { ...sdk.credential, value: key },
    permit: [{ method: 'POST', path: sdk.path, body: conditions }],
  })
  return { gateway, token, opened: opened.promise }
}

/** A program that makes calls through the gateway, one after the other. */
const start = (
  t: Parameters<typeof startMagic>[0],
  sdk: Sdk,
  gateway: MagicGateway,
  token: string,
  ...calls: readonly object[]
) =>
  startProgram(
    t,
    sdk.program,
    calls.map(call => JSON.stringify(call)),
    sdk.env(`${gateway.url}/github`, token),
  )

for (const sdk of sdks) {
  test(`[M8] ${sdk.name} calls a model that its token names, and the provider sees the real key`, { skip }, async t => {
    const { gateway, token } = await startProvider(t, sdk)
    const { out, ended } = start(t, sdk, gateway, token, asked)
    assert.equal(await ended, 0)
    assert.equal(out.text, '"hello"\n')
    const [received] = gateway.backend.received
    assert.deepEqual(JSON.parse(received?.body.toString() ?? ''), asked)
    const { name, scheme } = sdk.credential
    assert.deepEqual(valuesOf(received, name), [scheme === undefined ? key : `${scheme} ${key}`])
    assert.ok(!JSON.stringify(received).includes(token))
  })

  test(`[M8] ${sdk.name} gets each piece of a streamed answer as soon as it was sent`, { skip }, async t => {
    const { gateway, token, opened } = await startProvider(t, sdk)
    const { out, ended } = start(t, sdk, gateway, token, { ...asked, stream: true })
    const response = await Promise.race([opened, ended.then(() => undefined)])
    assert.ok(response !== undefined, out.text)
    for (const text of ['one', 'two', 'three']) {
      response.write(sdk.piece(text))
      await out.said(`"${text}"\n`)
    }
    response.end(sdk.after)
    assert.equal(await ended, 0)
    assert.equal(gateway.backend.received.length, 1)
  })

  test(`${sdk.name} shows why what the token does not permit was refused, and the provider gets no call`, {
    skip,
  }, async t => {
    const { gateway, token } = await startProvider(t, sdk)
    const beyond = [
      { model: 'large' },
      { max_tokens: 1001 },
      { max_completion_tokens: 100_000 },
      { n: 50 },
      { model: 'large', stream: true },
    ]
    const { out, ended } = start(t, sdk, gateway, token, ...beyond.map(change => ({ ...asked, ...change })))
    await ended
    const refusals = out.text.trimEnd().split('\n')
    assert.equal(refusals.length, beyond.length)
    const expected = {
      name: 'PermissionDeniedError',
      status: 403,
      message: '403 The token does not permit this',
      code: 'not-permitted',
    }
    for (const refusal of refusals) assert.deepEqual(JSON.parse(refusal), expected)
    assert.equal(gateway.backend.received.length, 0)
  })

  test(`[M16] ${sdk.name} shows that a token is not valid`, { skip }, async t => {
    const { gateway, token } = await startProvider(t, sdk)
    const { out, ended } = start(t, sdk, gateway, `${token.slice(0, -9)}AAAAAAAAA`, asked)
    await ended
    const { name, message } = JSON.parse(out.text)
    assert.deepEqual([name, message], ['AuthenticationError', '401 The credential is not valid'])
    assert.equal(gateway.backend.received.length, 0)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeaderList } from '@sallyport/core'
import fc from 'fast-check'
import { crossing, headerRules, mayPass } from './request-headers.ts'

/** Names that no rule lets through. */
const never = [
  ...['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'proxy-authorization'],
  ...['content-length', 'expect', 'host', 'http2-settings', 'sallyport-call-id', 'sallyport-user'],
]
/** Names that only `pass` lets through. */
const withheld = [
  ...['authorization', 'cookie', 'forwarded', 'via', 'x-forwarded-for', 'x-forwarded-user', 'x-original-url'],
  ...['x-rewrite-url', 'x-http-method-override', 'x-real-ip', 'x-host', 'client-cert', 'x-key', 'x_anything'],
]
const harmless = ['accept', 'x-harmless', 'content-type', 'user-agent', 'x-forwarder', 'cookies']

const anyCase = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map(upper => [...name].map((letter, i) => (upper[i] ? letter.toUpperCase() : letter)).join(''))

const spelled = fc.constantFrom(...never, ...withheld, ...harmless, 'x-added').chain(anyCase)
const fields = fc.array(fc.tuple(spelled, fc.constantFrom('1', '2', '')), { maxLength: 12 })
const passed = fc.uniqueArray(fc.constantFrom(...never, ...withheld, 'x-added', 'x_added'))
const named = fc.uniqueArray(fc.constantFrom(...harmless, ...withheld))

const places = [{ in: 'header', name: 'x-key', scheme: undefined } as const]

test('no withheld name crosses, whatever its case, but those that may and are passed; all others do, in order', () => {
  fc.assert(
    fc.property(fields, passed, named, (written, pass, connection) => {
      const all = [...written, ...(connection.length > 0 ? [['Connection', connection.join(' , ')] as const] : [])]
      const rules = headerRules(pass, places, ['X-Added'])
      const crossed = new HeaderList(crossing(new HeaderList(all.flat()), rules))
      const may = (name: string) =>
        !connection.includes(name) &&
        name !== 'x-added' &&
        (harmless.includes(name) || (withheld.includes(name) && pass.includes(name)))
      const wanted = all.map(([name]) => name.toLowerCase()).filter(may)
      assert.deepEqual(crossed.names, wanted)
    }),
    { numRuns: 2_000 },
  )
})

test('nothing that would frame the request or pose as the gateway may be passed, by any spelling', () => {
  for (const name of [...never, 'Sallyport_Call_Id', 'SALLYPORT-X', 'Content_Length', 'transfer_encoding']) {
    assert.equal(mayPass(name), false, name)
  }
  for (const name of withheld) assert.equal(mayPass(name), true, name)
})

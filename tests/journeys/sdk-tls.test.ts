import assert from 'node:assert/strict'
import { get } from 'node:https'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { anonymous, anyone, api, app, type ServeOptions, serve } from '@sallyport/sdk'
import { certificateFor } from '../harness/certificate.ts'

const ping = api('GET /ping', { identify: anonymous, authorize: anyone }, () => undefined)
const started = async (tls: NonNullable<ServeOptions['tls']>) =>
  serve(await app({ operations: [ping] }), { port: 0, tls })

test('[F43] an application serves TLS with its key and certificate, and no plain HTTP there', async t => {
  const tls = await certificateFor('IP:127.0.0.1')
  const serving = await started(tls)
  t.after(() => serving.close(0))
  assert.match(serving.url, /^https:/)
  const status = await new Promise((resolve, reject) => {
    get(`${serving.url}/ping`, { ca: tls.cert }, response => resolve(response.resume().statusCode)).on('error', reject)
  })
  assert.equal(status, 204)
  await assert.rejects(fetch(`${serving.url.replace('https', 'http')}/ping`))
})

test('[F43] TLS before 1.2 is not spoken', async t => {
  const tls = await certificateFor('IP:127.0.0.1')
  const { url, close } = await started(tls)
  t.after(() => close(0))
  const versions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const
  const options = {
    port: Number(new URL(url).port),
    host: '127.0.0.1',
    ca: tls.cert,
    ciphers: 'ALL@SECLEVEL=0',
    ...versions,
  }
  await assert.rejects(
    new Promise((resolve, reject) => {
      const socket = connect(options, () => {
        socket.destroy()
        resolve(socket.getProtocol())
      })
      socket.on('error', reject)
    }),
    /protocol|alert/i,
  )
})

test('[F43] without its key, or with one that is not its own, an application does not start, and says which option', async () => {
  const [tls, other] = [await certificateFor('IP:127.0.0.1'), await certificateFor('IP:127.0.0.1')]
  const wrong: readonly (readonly [tls: object, option: RegExp])[] = [
    [{ cert: tls.cert }, /^serve\.tls\.key: /],
    [{ key: tls.key }, /^serve\.tls\.cert: /],
    [{ ...tls, key: '' }, /^serve\.tls\.key: /],
    [{ ...tls, key: 'no key' }, /^serve\.tls\.key: can't be read as PEM/],
    [{ ...tls, key: tls.cert }, /^serve\.tls\.key: can't be read as PEM/],
    [{ ...tls, cert: tls.key }, /^serve\.tls\.cert: can't be read as PEM/],
    [{ ...tls, key: other.key }, /^serve\.tls\.key: is not the key of tls\.cert/],
    [{ ...tls, ca: 'x' }, /^serve\.tls: .*"ca"/],
  ]
  for (const [given, message] of wrong)
    await assert.rejects(
      started(given as typeof tls),
      error => error instanceof TypeError && message.test(error.message) && !/PRIVATE/.test(error.message),
      String(message),
    )
})

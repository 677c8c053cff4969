import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'

const base = `
sallyport: 1
gateway: { http: 0, management: 0, log: off }
apis:
  shop:
    path: /shop
    identify: anonymous
    authorize: anyone
    admit: { maxBody: 1KiB }
    forward: { to: "http://127.0.0.1:1", credential: { header: { X-Stage: base } } }
`

const stage = (name: string, to: string) => `
apis:
  shop:
    forward: { to: "${to}", credential: { header: { X-Stage: ${name} } } }
`

test('[A53] one base file with a file for each stage gives each its own values; the rest is shared', async t => {
  const [dev, prod] = [await startBackend(t), await startBackend(t)]
  const folder = await folderWith(t, {
    'base.yaml': base,
    'dev.yaml': stage('dev', dev.url),
    'prod.yaml': stage('prod', prod.url),
  })
  for (const [name, backend] of Object.entries({ dev, prod })) {
    const gateway = await up(t, folder, ['-c', 'base.yaml', '-c', `${name}.yaml`, '--data', `data-${name}`])
    assert.equal((await gateway.call('/shop/items')).status, 200)
    assert.equal(backend.received.length, 1)
    assert.deepEqual(valuesOf(backend.received[0], 'x-stage'), [name])
    const large = await gateway.call('/shop/items', { method: 'POST', body: 'x'.repeat(1025) })
    assert.equal(large.status, 413, 'what only the base says still holds')
    gateway.signal('SIGTERM')
    assert.equal(await gateway.ended, 0)
  }
})

test('[A53] each value is shown with the file that it came from', async t => {
  const folder = await folderWith(t, { 'base.yaml': base, 'prod.yaml': stage('prod', 'http://127.0.0.1:2') })
  const { status, out } = await sallyport(folder, ['check', '-c', 'base.yaml', '-c', 'prod.yaml', '--print'])
  assert.equal(status, 0)
  assert.match(out, /to:.*127\.0\.0\.1:2.*prod\.yaml/)
  assert.match(out, /maxBody:.*base\.yaml/)
})

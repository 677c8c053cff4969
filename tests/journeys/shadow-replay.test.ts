import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { signedRequest } from '../harness/signed.ts'

test('a signature on trial uses no nonce up: the same request is good once when the rule is enforced', async t => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'shop', use: 'sig' }] })
  const backend = await startBackend(t)
  const yaml = (more: string) =>
    openYaml({ to: backend.url, api: [`inspect: { signature: { keys: { file: ./keys }${more} } }`] })
  const gateway = await startGateway(t, yaml(', mode: shadow, until: 2026-01-31'), { files: { keys } })
  const { url, ...signed } = await signedRequest(
    { method: 'GET', url: `${gateway.url}/shop/me`, headers: {} },
    { key: privateKey, keyid: 'shop', nonce: 'n-1' },
  )
  const send = async () => (await fetch(url, signed)).status
  assert.deepEqual([await send(), await send()], [200, 200])
  assert.equal((await fetch(url)).status, 200)
  await eventually('the calls are recorded', () => gateway.events.length === 3)
  assert.deepEqual(
    gateway.events.map(({ findings }) => findings?.map(({ rule, code }) => `${rule} ${code}`)),
    [undefined, undefined, ['signature signature-bad']],
  )
  await gateway.change('sallyport.yaml', yaml(''))
  assert.deepEqual(gateway.reloads, [[]])
  assert.deepEqual([await send(), await send()], [200, 400])
})

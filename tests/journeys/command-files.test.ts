import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { basicOf } from '../harness/keys.ts'

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0, management: 0, log: ./logs/calls.log }
apiKeys: ./keys.yaml
users: ./users.yaml
apis:
  shop:
    path: /shop
    identify: { any: [{ apiKey: {} }, { basic: {} }] }
    inspect: { csrf: off }
    authorize: anyone
    forward: { to: "${to}", credential: { header: { X-Upstream: "\${secret:upstream}" } }, caller: { header: X-Caller } }
`

/** All that stands below a folder but for what was there before, with its mode. */
async function filesBelow(folder: string): Promise<ReadonlyMap<string, number>> {
  const names = await readdir(folder, { recursive: true })
  const modes = names.map(async name => [name, (await stat(join(folder, name))).mode & 0o777] as const)
  return new Map((await Promise.all(modes)).filter(([name]) => name !== 'sallyport.yaml'))
}

test('[A47] what the commands and the gateway write is for its owner alone, and holds no secret in plain text', async t => {
  const backend = await startBackend(t)
  const folder = await folderWith(t, { 'sallyport.yaml': yaml(backend.url) })
  const env = { STORED: 'upstream-secret-8c31', PASSWORD: 'password-of-alice-77' }
  const made = await sallyport(folder, ['key', 'create', 'shop'])
  const key = made.out.trim()
  const others = await Promise.all([
    sallyport(folder, ['user', 'create', 'alice', '--password', 'env:PASSWORD'], { env }),
    sallyport(folder, ['secret', 'set', 'upstream', '--value', 'env:STORED'], { env }),
  ])
  for (const { status, out, err } of [made, ...others]) assert.equal(status, 0, out + err)
  const gateway = await up(t, folder)
  assert.equal((await gateway.call('/shop/a', { headers: { 'X-API-Key': key } })).status, 200)
  assert.equal((await gateway.call('/shop/b', { headers: basicOf('alice', env.PASSWORD) })).status, 200)
  assert.equal((await gateway.call('/shop/c', { headers: basicOf('alice', 'a-wrong-password') })).status, 401)
  assert.deepEqual(valuesOf(backend.received[0], 'x-upstream'), [env.STORED])
  const socket = await stat(join(folder, '.sallyport', 'management.sock'))
  assert.equal(socket.mode & 0o777, 0o600)
  gateway.signal('SIGTERM')
  assert.equal(await gateway.ended, 0)

  const files = await filesBelow(folder)
  const folders = ['.sallyport', '.sallyport/calls', 'logs']
  const kept = ['caller.key', 'gateway.secret', 'operator.key', 'secrets.json', 'vault.key'].map(
    name => `.sallyport/${name}`,
  )
  for (const name of [...folders, ...kept, 'keys.yaml', 'users.yaml', 'logs/calls.log']) {
    assert.equal(files.get(name), folders.includes(name) ? 0o700 : 0o600, `the mode of ${name}`)
  }
  const open = [...files].filter(([, mode]) => (mode & 0o077) !== 0)
  assert.deepEqual(open, [])

  const secrets = { key, password: env.PASSWORD, stored: env.STORED, wrong: 'a-wrong-password' }
  for (const name of [...files.keys()].filter(name => !folders.includes(name))) {
    const text = await readFile(join(folder, name), 'latin1')
    for (const [what, secret] of Object.entries(secrets)) assert.ok(!text.includes(secret), `${name} holds the ${what}`)
  }
})

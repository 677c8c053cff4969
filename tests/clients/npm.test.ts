import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { minted } from '../harness/magic.ts'
import { withoutClients } from './install.ts'
import { type Npm, npmWith } from './npm.ts'
import { type Registry, startRegistry } from './registry.ts'

const skip = await withoutClients()

const yaml = (path: string, to: string) => `
sallyport: 1
gateway: { http: 0 }
apis:
  npm:
    path: ${path}
    identify: magicToken
    authorize: token
    errors: { as: json, error: text }
    forward: { to: "${to}", credential: sealed }
`

/** npm writes the slash of a scope as %2f where it reads metadata; an entry must hold either way. */
const mine = ['GET /@mine(?:/|%2f)[a-z0-9._-]+', 'GET /@mine/[a-z0-9._-]+/-/[a-z0-9._-]+\\.tgz']

interface Stand {
  readonly registry: Registry
  /** Behind the gateway, with a token that may read one scope. */
  readonly bot: Npm
}

/** A gateway before a registry with these packages; the registry knows the gateway's address where it is told. */
async function standAt(t: Lifetime, path: string, told: boolean, packages: readonly string[]): Promise<Stand> {
  const gateway = await startGateway(t, yaml(path, 'http://127.0.0.1:1'))
  const address = `${gateway.url}${path}${path === '/' ? '' : '/'}`
  const registry = await startRegistry(t, told ? address : undefined)
  await gateway.change('sallyport.yaml', yaml(path, registry.url))
  const credential = { kind: 'header', name: 'Authorization', scheme: 'Bearer', value: registry.token }
  const token = await minted(gateway, { api: 'npm', credential, allowed: mine })
  const owner = await npmWith(t, `${registry.url}/`, registry.token)
  const published = await Promise.all(packages.map(name => owner.publish(name)))
  for (const { status, err } of published) assert.equal(status, 0, err)
  return { registry, bot: await npmWith(t, address, token) }
}

const versionIn = async ({ folder }: Npm, name: string) =>
  JSON.parse(await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version

test('npm before a registry that knows the address of the gateway', { skip }, async t => {
  const { bot, registry } = await standAt(t, '/npm', true, ['@mine/tool', '@other/tool'])
  await t.test('[M18] it views and installs the scope that its token names, tarballs too; another is 403', async () => {
    const viewed = await bot.run(['view', '@mine/tool', 'version', 'dist.tarball'])
    assert.equal(viewed.status, 0, viewed.err)
    assert.match(
      viewed.out,
      /version = '1\.0\.0'\ndist\.tarball = 'http:\/\/127\.0\.0\.1:\d+\/npm\/@mine\/tool\/-\/tool-1\.0\.0\.tgz'/,
    )
    const installed = await bot.run(['install', '@mine/tool'])
    assert.equal(installed.status, 0, installed.err)
    assert.equal(await versionIn(bot, '@mine/tool'), '1.0.0')
    for (const args of [
      ['view', '@other/tool'],
      ['install', '@other/tool'],
    ]) {
      const refused = await bot.run(args)
      assert.equal(refused.status, 1)
      assert.match(
        refused.err,
        /E403[\s\S]*403 Forbidden - GET http:\S+\/npm\/@other%2ftool - The token does not permit this/,
      )
    }
  })
  await t.test('[M18] it publishes nothing with a token that may only install, and says why', async () => {
    const refused = await bot.publish('@mine/new')
    assert.equal(refused.status, 1)
    assert.match(
      refused.err,
      /E403[\s\S]*403 Forbidden - PUT http:\S+\/npm\/@mine%2fnew - The token does not permit this/,
    )
    const headers = { Authorization: `Bearer ${registry.token}` }
    assert.equal((await fetch(`${registry.url}/@mine%2fnew`, { headers })).status, 404)
  })
})

test('[M18] a registry that names its own host is read through the gateway where npm replaces that host and the API is the root', {
  skip,
}, async t => {
  const { bot } = await standAt(t, '/', false, ['@mine/tool'])
  const past = await bot.run(['install', '@mine/tool'])
  assert.equal(past.status, 1)
  assert.match(past.err, /E40[13]/)
  const installed = await bot.run(['install', '@mine/tool', '--replace-registry-host=always'])
  assert.equal(installed.status, 0, installed.err)
  assert.equal(await versionIn(bot, '@mine/tool'), '1.0.0')
})

import assert from 'node:assert/strict'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { folderWith, type Up, up } from '../harness/command.ts'
import { problemOf } from '../harness/problem.ts'

const inForce = 'the changed configuration is in force'
const notTakenUp = 'the change is not taken up; the rules before it stay'

/** A gateway that lets anyone read these paths, and `/few` three times a day. */
const yaml = (to: string, paths: readonly string[]) => `
sallyport: 1
gateway: { http: 0, management: 0, log: off }
apis:
  shop:
    path: /shop
    identify: anonymous
    authorize: anyone
    forward: { to: "${to}" }
    operations:
      GET /few: { limit: { few: { allow: 3/day, per: ip } } }
${paths.map(path => `      GET ${path}: {}\n`).join('')}`

async function begin(t: TestContext, paths: readonly string[]) {
  const held: ServerResponse[] = []
  const backend = await startBackend(t, (request, response) => {
    if (request.url === '/slow') held.push(response)
    else response.end('{}')
  })
  const write = (...more: readonly string[]) => yaml(backend.url, more)
  const folder = await folderWith(t, { 'sallyport.yaml': write(...paths) })
  return { folder, file: join(folder, 'sallyport.yaml'), write, held, backend }
}

const statusOf = async (gateway: Up, path: string) => (await gateway.call(path)).status

test('a change is taken up by the running process; a bad one is told with its place and changes nothing', async t => {
  const { folder, file, write } = await begin(t, ['/one'])
  const gateway = await up(t, folder)
  assert.deepEqual([await statusOf(gateway, '/shop/one'), await statusOf(gateway, '/shop/two')], [200, 404])

  await writeFile(file, write('/two'))
  await gateway.err.said(inForce)
  assert.deepEqual([await statusOf(gateway, '/shop/one'), await statusOf(gateway, '/shop/two')], [404, 200])

  await writeFile(file, write('/three').replace('forward:', 'foward:'))
  await gateway.err.said('sallyport.yaml:9:5  apis.shop.foward: unknown key "foward"; did you mean "forward"?')
  await gateway.err.said(notTakenUp)
  assert.deepEqual([await statusOf(gateway, '/shop/two'), await statusOf(gateway, '/shop/three')], [200, 404])

  await writeFile(file, write('/three'))
  await gateway.err.said(inForce)
  assert.equal(await statusOf(gateway, '/shop/three'), 200)
})

test('no call fails while the rules change, and one that waits for its backend ends as it would have', async t => {
  const { folder, file, write, held, backend } = await begin(t, ['/one', '/slow'])
  const gateway = await up(t, folder)
  const slow = gateway.call('/shop/slow')
  let changing = true
  const statuses: number[] = []
  const caller = async () => {
    while (changing) statuses.push(await statusOf(gateway, '/shop/one'))
  }
  const callers = [caller(), caller(), caller(), caller()]
  for (const more of ['/a', '/b', '/c', '/d']) {
    await writeFile(file, write('/one', more))
    await gateway.err.said(inForce)
  }
  changing = false
  await Promise.all(callers)
  assert.equal(statuses.filter(status => status !== 200).length, 0)
  assert.ok(statuses.length > 4)
  assert.equal(backend.received.length, statuses.length + 1)

  assert.equal(await statusOf(gateway, '/shop/slow'), 404, 'it is refused by now')
  held[0]?.end('at last')
  const answer = await slow
  assert.deepEqual([answer.status, await answer.text()], [200, 'at last'])
})

test('what was used of a limit stays used when the rules change', async t => {
  const { folder, file, write } = await begin(t, [])
  const gateway = await up(t, folder)
  for (const more of ['/a', '/b', '/c']) {
    assert.equal(await statusOf(gateway, '/shop/few'), 200)
    await writeFile(file, write(more))
    await gateway.err.said(inForce)
  }
  const refused = await gateway.call('/shop/few')
  assert.equal(refused.status, 429)
  assert.equal((await problemOf(refused)).limit, 'few')
})

test('a file renamed over the watched one counts, and so does the swap of a link to its folder', async t => {
  const { folder, file, write } = await begin(t, ['/one'])
  const at = (name: string) => join(folder, name)
  for (const [name, path] of [
    ['v1', '/linked-one'],
    ['v2', '/linked-two'],
  ] as const) {
    await mkdir(at(name))
    await writeFile(join(at(name), 'sallyport.yaml'), write(path))
  }
  await symlink('v1', at('current'))
  const renamed = await up(t, folder)
  const linked = await up(t, folder, ['-c', 'current/sallyport.yaml', '--data', 'linked'])
  assert.equal(await statusOf(linked, '/shop/linked-one'), 200)

  await writeFile(at('next.yaml'), write('/two'))
  await rename(at('next.yaml'), file)
  await symlink('v2', at('next'))
  await rename(at('next'), at('current'))
  await Promise.all([renamed.err.said(inForce), linked.err.said(inForce)])
  assert.equal(await statusOf(renamed, '/shop/two'), 200)
  assert.equal(await statusOf(linked, '/shop/linked-two'), 200)
})

import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { after, test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { realToken } from '../harness/magic.ts'

const backend = await startBackend({ after })
/** Ports that the system gives; else no file would be needed. */
const elsewhere = await folderWith(
  { after },
  { 'ports.yaml': 'sallyport: 1\ngateway: { http: 0, management: 0, log: off }\napis: {}' },
)
const ports = ['-c', `${elsewhere}/ports.yaml`]

test('[M18] a preset makes a gateway before its API without a line of configuration: nothing is written but its state', async t => {
  const folder = await folderWith(t)
  const gateway = await up(t, folder, [...ports, '--api', 'github', '--to', backend.url])
  assert.deepEqual(await readdir(folder), ['.sallyport'])
  const args = ['token', 'mint', '--api', 'github', '--permit', 'GET /user']
  const { out, status, err } = await sallyport(folder, args, { stdin: realToken })
  assert.equal(status, 0, err)
  for (const scheme of ['Bearer', 'token']) {
    const answer = await gateway.call('/github/user', { headers: { Authorization: `${scheme} ${out.trim()}` } })
    assert.equal(answer.status, 200)
    assert.deepEqual(valuesOf(backend.received.at(-1), 'authorization'), [`Bearer ${realToken}`])
  }
  const refused = await gateway.call('/github/users', { headers: { Authorization: `token ${out.trim()}` } })
  assert.equal(refused.status, 403)
  assert.match(refused.headers.get('content-type') ?? '', /^application\/json/)
  assert.match(await refused.text(), /"message":"The token does not permit this/)
})

test('several presets stand beside each other, each below its own name', async t => {
  const folder = await folderWith(t)
  const apis = [
    '--api',
    'gitlab',
    '--api',
    'powerdns',
    '--to',
    `powerdns=${backend.url}`,
    '--to',
    `gitlab=${backend.url}`,
  ]
  const gateway = await up(t, folder, [...ports, ...apis])
  for (const [api, header, path] of [
    ['gitlab', 'private-token', '/api/v4/user'],
    ['powerdns', 'x-api-key', '/api/v1/servers'],
  ] as const) {
    const args = ['token', 'mint', '--api', api, '--permit', `GET ${path}`]
    const token = (await sallyport(folder, args, { stdin: realToken })).out.trim()
    for (const headers of [{ [header]: token }, { Authorization: `Bearer ${token}` }]) {
      assert.equal((await gateway.call(`/${api}${path}`, { headers })).status, 200, api)
      assert.deepEqual(valuesOf(backend.received.at(-1), header), [realToken])
      assert.deepEqual(valuesOf(backend.received.at(-1), 'authorization'), [])
    }
  }
})

test('a preset that is misspelt, or told of a place without being named, starts nothing', async t => {
  const folder = await folderWith(t)
  for (const [args, words] of [
    [['--api', 'githb'], /there is no preset githb; did you mean github\?/],
    [['--api', 'github', '--to', 'npm=http://127.0.0.1:1'], /needs --api npm too/],
    [['--api', 'github', '--api', 'npm', '--to', 'http://127.0.0.1:1'], /needs PRESET=URL/],
  ] as const) {
    const { status, err } = await sallyport(folder, ['up', ...args])
    assert.equal(status, 2)
    assert.match(err, words)
  }
  assert.deepEqual(await readdir(folder), [])
})

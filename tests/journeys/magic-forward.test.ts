import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import test from 'node:test'
import { promisify } from 'node:util'
import { valuesOf } from '../harness/backend.ts'
import { magicYaml, realToken, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'

test('[M8] the upstream gets the real credential and never the magic token; method, path, query and body are kept', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint({ allowed: ['* /.*'] })
  const response = await gateway.as(token, '/github/repos/o/r/issues?state=open&x=%20y', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"title":"ö"}',
  })
  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { method: 'POST', url: '/repos/o/r/issues?state=open&x=%20y' })
  const [received] = gateway.backend.received
  assert.deepEqual(valuesOf(received, 'authorization'), [`Bearer ${realToken}`])
  assert.equal(received?.body.toString(), '{"title":"ö"}')
  for (const secret of [token, token.split('.')[2] ?? '']) assert.ok(!JSON.stringify(received).includes(secret))
  for (const secret of [token, realToken]) assert.ok(!JSON.stringify(gateway.events).includes(secret))
})

const placesOfToken: readonly (readonly [where: string, headers: (token: string) => Record<string, string>])[] = [
  ['as Bearer', token => ({ Authorization: `Bearer ${token}` })],
  ["as GitHub's own scheme", token => ({ Authorization: `token ${token}` })],
  ['as the password of any user', token => ({ Authorization: `Basic ${btoa(`x-access-token:${token}`)}` })],
]

for (const [where, headers] of placesOfToken) {
  test(`[M8] the token is taken ${where}`, async t => {
    const gateway = await startMagic(t)
    const token = await gateway.mint({ allowed: ['GET /user'] })
    assert.equal((await gateway.call('/github/user', { headers: headers(token) })).status, 200)
    assert.deepEqual(valuesOf(gateway.backend.received[0], 'authorization'), [`Bearer ${realToken}`])
  })
}

const run = promisify(execFile)
const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text

test('[M8] git itself gets through with the token as a password, where the token permits reading', async t => {
  const commit = 'a'.repeat(40)
  const refs = `${line('# service=git-upload-pack\n')}0000${line(`${commit} refs/heads/main\0\n`)}0000`
  const gateway = await startMagic(t, {
    answer(_, response) {
      response.setHeader('Content-Type', 'application/x-git-upload-pack-advertisement')
      response.end(refs)
    },
  })
  const refsOf = { method: 'GET', path: '/o/r.git/info/refs', query: { service: 'git-upload-pack' } }
  const token = await gateway.mint({
    permit: [refsOf],
    credential: { kind: 'basic', username: 'x-access-token', password: realToken },
  })
  const remote = new URL(`${gateway.url}/github/o/r.git`)
  Object.assign(remote, { username: 'bot', password: token })
  const env = { PATH: process.env.PATH, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', HOME: gateway.folder }
  const { stdout } = await run('git', ['ls-remote', remote.href], { env })
  assert.equal(stdout, `${commit}\trefs/heads/main\n`)
  assert.deepEqual(valuesOf(gateway.backend.received[0], 'authorization'), [
    `Basic ${btoa(`x-access-token:${realToken}`)}`,
  ])
  await assert.rejects(run('git', ['ls-remote', remote.href.replace('/o/r.git', '/o/other.git')], { env }))
  assert.equal(gateway.backend.received.length, 1)
})

test('[M18] each API has its own upstream, header and credential', async t => {
  const one = await startMagic(t)
  const two = await startMagic(t, { identify: '{ magicToken: { header: PRIVATE-TOKEN } }' })
  const token = await two.mint({
    allowed: ['GET /projects'],
    credential: { kind: 'header', name: 'PRIVATE-TOKEN', value: 'glpat-x' },
  })
  assert.equal((await two.call('/github/projects', { headers: { 'PRIVATE-TOKEN': token } })).status, 200)
  assert.deepEqual(valuesOf(two.backend.received[0], 'private-token'), ['glpat-x'])
  const basic = await one.mint({
    allowed: ['GET /x'],
    credential: { kind: 'basic', username: 'me', password: 'pa:ss' },
  })
  await one.as(basic, '/github/x')
  assert.deepEqual(valuesOf(one.backend.received.at(-1), 'authorization'), [`Basic ${btoa('me:pa:ss')}`])
  const query = await one.mint({ allowed: ['GET /x'], credential: { kind: 'query', name: 'key', value: 'a&b' } })
  await one.as(query, '/github/x?key=mine&z=1')
  assert.equal(one.backend.received.at(-1)?.url, '/x?z=1&key=a%26b')
})

test('[M20] a credential of 1,000 bytes goes round', async t => {
  const gateway = await startMagic(t)
  const value = 'x'.repeat(1000)
  const token = await gateway.mint({ allowed: ['GET /user'], credential: { kind: 'header', name: 'X-Key', value } })
  assert.equal((await gateway.as(token, '/github/user')).status, 200)
  assert.deepEqual(valuesOf(gateway.backend.received[0], 'x-key'), [value])
})

test('[M21] a token for one API or upstream is refused at another, whose upstream gets no call', async t => {
  const other = await startMagic(t)
  const more = `  gitlab:
    path: /gitlab
    identify: magicToken
    authorize: token
    forward: { to: "${other.backend.url}", credential: sealed }
  twin:
    path: /twin
    identify: magicToken
    authorize: token
    forward: { to: "http://127.0.0.1:1", credential: sealed }`
  const gateway = await startMagic(t, { more })
  const token = await gateway.mint({ allowed: ['* /.*'] })
  for (const path of ['/gitlab/user', '/twin/user']) {
    const refused = await gateway.as(token, path)
    assert.equal(refused.status, 401)
    assert.equal((await problemOf(refused)).code, 'credential-bad')
  }
  assert.equal(other.backend.received.length, 0)
  assert.equal((await gateway.as(token, '/github/user')).status, 200)
  await gateway.change('sallyport.yaml', magicYaml({ to: other.backend.url }))
  assert.equal((await gateway.as(token, '/github/user')).status, 401, 'the same API at another upstream')
  assert.equal(other.backend.received.length, 0)
})

import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { magicYaml, narrowed, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'

const all = { allowed: ['* /.*'] }

/** A refusal as its caller sees it, but for the call's own id. */
async function seen(response: Response) {
  const { callId: _, ...problem } = await problemOf(response)
  const headers = [...response.headers].filter(([name]) => name !== 'sallyport-call-id' && name !== 'date')
  return { status: response.status, headers: headers.filter(([name]) => name !== 'content-length'), problem }
}

test('whoever uses a canary is refused like one with an unknown token, and the record warns of it', async t => {
  const gateway = await startMagic(t)
  const canary = await gateway.mint({ ...all, canary: true, chain: true })
  const unknown = await gateway.as(`${(await gateway.mint(all)).slice(0, -8)}AAAAAAAA`, '/github/user')
  for (const token of [canary, narrowed(canary, {}, true)]) {
    assert.deepEqual(await seen(await gateway.as(token, '/github/user')), await seen(unknown.clone()))
    assert.equal(gateway.events.at(-1)?.refusal?.alert, 'canary-used')
    assert.match(gateway.events.at(-1)?.refusal?.reason ?? '', /^canary: [\w-]{22} is a canary/)
  }
  gateway.clock.advance(40 * 24 * 3600_000)
  await gateway.as(canary, '/github/user')
  assert.equal(gateway.events.at(-1)?.refusal?.alert, 'canary-used')
  assert.equal(gateway.backend.received.length, 0)
})

test('nothing in a canary tells it from another token', async t => {
  const gateway = await startMagic(t)
  const shape = (token: string) => {
    const [header = '', payload = ''] = token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return [header, Object.keys(claims), claims.token.length, token.length]
  }
  assert.deepEqual(shape(await gateway.mint({ ...all, canary: true })), shape(await gateway.mint(all)))
})

test('while the list of canaries cannot be read magic tokens are refused', async t => {
  const gateway = await startMagic(t, { options: { failures: 'expected' } })
  const token = await gateway.mint(all)
  await rm(join(gateway.folder, 'data', 'canaries.jsonl'))
  await gateway.running.poll()
  assert.equal((await problemOf(await gateway.as(token, '/github/user'))).code, 'token-unavailable')
})

test('the command makes a canary without any credential, and the log warns when it is used, not when it is imagined', async t => {
  const backend = await startBackend(t)
  const yaml = magicYaml({ to: backend.url }).replace('http: 0,', 'http: 0, management: 0,')
  const folder = await folderWith(t, { 'sallyport.yaml': yaml })
  const gateway = await up(t, folder)
  const made = await sallyport(folder, ['token', 'mint', '--api', 'github', '--canary', '--allow-regex', '* /.*'])
  assert.equal(made.status, 0, made.err)
  const token = made.out.trim()
  await sallyport(folder, ['explain', 'GET /github/user', '--token', '-'], { stdin: token })
  assert.ok(!gateway.out.text.includes('canary-used'))
  const response = await gateway.call('/github/user', { headers: { Authorization: `Bearer ${token}` } })
  assert.equal(response.status, 401)
  await gateway.out.said('"code":"canary-used"')
  const line = gateway.out.text.split('\n').find(one => one.includes('"msg":"alert"')) ?? '{}'
  assert.equal(JSON.parse(line).level, 40)
  assert.equal(JSON.parse(line).id, response.headers.get('sallyport-call-id'))
})

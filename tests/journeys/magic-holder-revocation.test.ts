import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { bindMagicToken } from '@sallyport/tokens'
import { startBackend } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { eventually } from '../harness/eventually.ts'
import { type MagicGateway, magicUrl, magicYaml, narrowed, realToken, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'
import { proofBy } from '../harness/proof.ts'

const user = { allowed: ['GET /user'] }
const door = '/.well-known/sallyport/revoke'
const revoke = (gateway: MagicGateway, form: Record<string, string>) =>
  gateway.call(door, { method: 'POST', body: new URLSearchParams(form) })
const good = async (gateway: MagicGateway, token: string) => (await gateway.as(token, '/github/user')).status === 200
const listOf = ({ folder }: MagicGateway) => readFile(join(folder, 'data', 'revocations.jsonl'), 'utf8')

test('whoever holds a token ends it, and what was made of it, with no key but the token', async t => {
  const gateway = await startMagic(t)
  const plain = await gateway.mint(user)
  const wide = await gateway.mint({ ...user, chain: true })
  const middle = narrowed(wide, {})
  const last = narrowed(middle, {}, true)
  for (const token of [plain, middle]) {
    const response = await revoke(gateway, { token, token_type_hint: 'access_token' })
    assert.deepEqual([response.status, await response.text()], [200, ''])
    assert.ok(!(await good(gateway, token)))
  }
  assert.ok(!(await good(gateway, last)))
  assert.ok(await good(gateway, wide))
})

test('what is no good token is answered alike, ends nothing and leaves no trace on disk', async t => {
  const gateway = await startMagic(t)
  const wide = await gateway.mint({ ...user, chain: true })
  const narrow = narrowed(wide, {}, true)
  const [root = ''] = narrow.slice('smt1_'.length).split('~')
  for (const token of ['x', '', root, `smt1_${root}`, `${wide.slice(0, -4)}AAAA`, realToken])
    assert.equal((await revoke(gateway, { token })).status, 200, token)
  assert.equal(await listOf(gateway), '')
  assert.ok(await good(gateway, wide))
  await revoke(gateway, { token: narrow })
  await revoke(gateway, { token: narrow })
  assert.equal((await listOf(gateway)).trim().split('\n').length, 1)
  assert.ok(!JSON.stringify(gateway.events).includes(narrow.slice(-40)))
})

test('parts that were cut out of a narrowed token, with a tail that asks for a proof, end nothing but themselves', async t => {
  const gateway = await startMagic(t)
  const wide = await gateway.mint({ ...user, chain: true })
  const middle = narrowed(wide, {})
  const last = narrowed(middle, {}, true)
  const [root = '', part = ''] = last.slice('smt1_'.length).split('~')
  for (const token of [`smt1_${root}~dpop`, `smt1_${root}~${part}~dpop`])
    assert.equal((await revoke(gateway, { token })).status, 200)
  for (const token of [wide, middle, last]) assert.ok(await good(gateway, token))
})

test('whoever finds a bound token ends it without its key, and not what it was made of', async t => {
  const gateway = await startMagic(t)
  const wide = await gateway.mint({ ...user, chain: true })
  const { token, key } = bindMagicToken(wide, { constraints: {} })
  const call = async () => {
    const proof = await proofBy(key, { url: `${magicUrl}/github/user`, token })
    return gateway.call('/github/user', { headers: { Authorization: `DPoP ${token}`, DPoP: proof } })
  }
  assert.equal((await call()).status, 200)
  await revoke(gateway, { token })
  assert.equal((await problemOf(await call())).code, 'credential-bad')
  assert.ok(await good(gateway, wide))
})

test('a form without one token is refused, a list that cannot be read is no success, and one address asks so often only', async t => {
  const gateway = await startMagic(t, { options: { failures: 'expected' } })
  const token = await gateway.mint(user)
  for (const body of [
    new URLSearchParams({}),
    new URLSearchParams([
      ['token', 'a'],
      ['token', 'b'],
    ]),
    '{"token":"a"}',
  ]) {
    const refused = await gateway.call(door, { method: 'POST', body })
    assert.equal(refused.status, 400)
    assert.equal((await problemOf(refused)).code, 'input-invalid')
  }
  assert.equal((await gateway.call(door)).status, 405)
  assert.equal((await revoke(gateway, { token: 'x'.repeat(20_000) })).status, 413)
  await rm(join(gateway.folder, 'data', 'revocations.jsonl'))
  await gateway.running.poll()
  const unavailable = await revoke(gateway, { token })
  assert.equal(unavailable.status, 503)
  assert.equal(unavailable.headers.get('retry-after'), '5')
  const statuses: number[] = []
  for (let i = 0; i < 30; i++) statuses.push((await revoke(gateway, { token: 'x' })).status)
  assert.equal(statuses.at(-1), 429)
})

const backend = await startBackend({ after })

test("the command ends a token without an operator's key, and sends it nowhere without TLS", async t => {
  const yaml = magicYaml({ to: backend.url }).replace('http: 0,', 'http: 0, management: 0, log: off,')
  const folder = await folderWith(t, { 'sallyport.yaml': yaml })
  const gateway = await up(t, folder)
  const mint = ['token', 'mint', '--api', 'github', '--permit', 'GET /user']
  const token = (await sallyport(folder, mint, { stdin: realToken })).out.trim()
  const call = async () =>
    (await gateway.call('/github/user', { headers: { Authorization: `Bearer ${token}` } })).status
  assert.equal(await call(), 200)
  const elsewhere = await folderWith(t, { token })
  const revoked = await sallyport(elsewhere, ['token', 'revoke', '@token', '--gateway', gateway.url])
  assert.equal(revoked.status, 0, revoked.err)
  assert.match(revoked.out, /^Revoked [\w-]{43}\.\n$/)
  await eventually('the token is ended', async () => (await call()) === 401)
  const unprotected = await sallyport(elsewhere, ['token', 'revoke', '@token', '--gateway', 'http://gateway.example'])
  assert.equal(unprotected.status, 1)
  assert.match(unprotected.err, /unprotected/)
  assert.equal((await sallyport(elsewhere, ['token', 'revoke', 'nQ0t8tT6Vf5lS1f3W3Rr9A'])).status, 1)
})

import assert from 'node:assert/strict'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { describeMagicToken } from '@sallyport/tokens'
import { start } from 'sallyport'
import { eventually } from '../harness/eventually.ts'
import { type MagicGateway, manage, narrowed, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'

const user = { allowed: ['GET /user'] }
const listOf = ({ folder }: MagicGateway) => join(folder, 'data', 'revocations.jsonl')
const revoke = async (gateway: MagicGateway, id: string | undefined) =>
  assert.equal((await manage(gateway, '/revocations', { id })).status, 200)
const lastId = (token: string) => describeMagicToken(token).parts.at(-1)?.id
const good = async (gateway: MagicGateway, token: string) => (await gateway.as(token, '/github/user')).status === 200

test('a revoked token is refused from then on, and in a process that starts later', async t => {
  const gateway = await startMagic(t)
  const [token, other] = [await gateway.mint(user), await gateway.mint(user)]
  assert.ok(await good(gateway, token))
  await revoke(gateway, JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti)
  const refused = await gateway.as(token, '/github/user')
  assert.equal(refused.status, 401)
  assert.equal((await problemOf(refused)).code, 'credential-bad')
  assert.ok(await good(gateway, other))
  await gateway.running.close(0)
  const again = await start(
    {
      files: [join(gateway.folder, 'sallyport.yaml')],
      data: join(gateway.folder, 'data'),
      pretty: false,
      managementPort: 0,
      log: 'off',
    },
    { clock: gateway.clock, every: gateway.clock.every, env: {}, reloaded: () => undefined, failed: () => undefined },
  )
  t.after(() => again.close(0))
  const asked = (one: string) => fetch(`${again.http}/github/user`, { headers: { Authorization: `Bearer ${one}` } })
  assert.equal((await asked(token)).status, 401)
  assert.equal((await asked(other)).status, 200)
})

test('revoking a part ends what was made of it, and leaves what it was made of', async t => {
  const gateway = await startMagic(t)
  const wide = await gateway.mint({ ...user, chain: true })
  const middle = narrowed(wide, {})
  const [one, two] = [narrowed(middle, {}, true), narrowed(middle, { rate: ['9/minute'] }, true)]
  await revoke(gateway, lastId(middle))
  for (const token of [middle, one, two]) assert.ok(!(await good(gateway, token)))
  assert.ok(await good(gateway, wide))
  await revoke(gateway, lastId(wide))
  assert.ok(!(await good(gateway, wide)))
})

test('a line that another process appends holds without a restart', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint(user)
  assert.ok(await good(gateway, token))
  await appendFile(listOf(gateway), `${JSON.stringify({ id: lastId(token), at: '2026-01-15T12:00:00.000Z' })}\n`)
  gateway.clock.advance(500)
  await eventually('the token is refused', async () => !(await good(gateway, token)))
})

test('a list that cannot be read refuses every token with a code of its own, until it can', async t => {
  const gateway = await startMagic(t, { options: { failures: 'expected' } })
  const token = await gateway.mint(user)
  const before = await readFile(listOf(gateway), 'utf8')
  const spoil = [
    () => rm(listOf(gateway)),
    () => writeFile(listOf(gateway), '{"id":7}\n'),
    () => writeFile(listOf(gateway), '[]}\n'),
  ]
  for (const make of spoil) {
    await make()
    await gateway.running.poll()
    const refused = await gateway.as(token, '/github/user')
    assert.equal(refused.status, 503)
    assert.equal(refused.headers.get('retry-after'), '5')
    assert.equal((await problemOf(refused)).code, 'token-unavailable')
    await writeFile(listOf(gateway), before)
    await gateway.running.poll()
    assert.ok(await good(gateway, token))
  }
})

test('a line that a crash cut off is no revocation and spoils none that follow', async t => {
  const gateway = await startMagic(t)
  const [token, other] = [await gateway.mint(user), await gateway.mint(user)]
  await appendFile(listOf(gateway), '{"id":"abc')
  await gateway.running.poll()
  assert.ok(await good(gateway, token))
  await revoke(gateway, lastId(token))
  assert.ok(!(await good(gateway, token)))
  assert.ok(await good(gateway, other))
  assert.equal((await readFile(listOf(gateway), 'utf8')).split('\n').length, 3)
})

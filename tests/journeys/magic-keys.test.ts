import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { type MagicGateway, manage, mintFor, startMagic } from '../harness/magic.ts'

const user = { allowed: ['GET /user'] }
const names = z.object({ signing: z.array(z.string()), sealing: z.array(z.string()) })

async function rotate(gateway: MagicGateway, alg?: string) {
  const response = await manage(gateway, '/token-keys', { alg })
  assert.equal(response.status, 200)
  return names.parse(await response.json())
}

const status = async (gateway: MagicGateway, token: string) => (await gateway.as(token, '/github/user')).status
const kidOf = (token: string) => decodeProtectedHeader(token).kid

async function published(gateway: MagicGateway) {
  const { keys } = z
    .object({ keys: z.array(z.object({ kid: z.string() })) })
    .parse(await (await gateway.call('/.well-known/jwks.json')).json())
  return keys.map(({ kid }) => kid)
}

test('[M6] keys rotate: tokens that were made stay good until their key is taken out', async t => {
  const gateway = await startMagic(t)
  const before = await gateway.mint(user)
  const { signing, sealing } = await rotate(gateway)
  assert.equal(signing.length, 2)
  const after = await gateway.mint(user)
  assert.deepEqual([kidOf(before), kidOf(after)], signing)
  for (const token of [before, after]) assert.equal(await status(gateway, token), 200)
  await gateway.running.poll()
  for (const kid of signing) assert.ok((await published(gateway)).includes(kid))
  const retire = async (kid: string | undefined) => (await manage(gateway, `/token-keys/${kid}/retirement`, {})).status
  assert.equal(await retire(signing[1]), 400, 'the newest makes tokens')
  assert.equal(await retire(signing[0]), 200)
  assert.equal(await status(gateway, before), 401)
  assert.equal(await status(gateway, after), 200)
  assert.equal(await retire(sealing[1]), 400)
  assert.equal(await retire('A'.repeat(43)), 400)
  await gateway.running.poll()
  assert.ok(!(await published(gateway)).includes(signing[0] ?? ''))
})

test('[M6] a sealing key that is taken out ends the tokens whose credential it sealed', async t => {
  const gateway = await startMagic(t)
  const before = await gateway.mint(user)
  const { sealing } = await rotate(gateway)
  assert.equal(decodeProtectedHeader(String(decodeJwt(before).token)).kid, sealing[0])
  assert.equal((await manage(gateway, `/token-keys/${sealing[0]}/retirement`, {})).status, 200)
  assert.equal(await status(gateway, before), 401)
})

test('[M3] RS256 is had on request, once there is a key for it', async t => {
  const gateway = await startMagic(t)
  assert.equal((await mintFor(gateway, { ...user, alg: 'RS256' })).status, 400)
  await rotate(gateway, 'RS256')
  const token = await gateway.mint({ ...user, alg: 'RS256' })
  assert.equal(decodeProtectedHeader(token).alg, 'RS256')
  assert.equal(await status(gateway, token), 200)
  assert.equal(decodeProtectedHeader(await gateway.mint(user)).alg, 'ES256')
})

test('the keys are their owner’s alone', async t => {
  const gateway = await startMagic(t)
  await rotate(gateway)
  for (const name of ['magic-keys.json', 'revocations.jsonl'])
    assert.equal((await stat(join(gateway.folder, 'data', name))).mode & 0o777, 0o600)
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { folderWith, type Up, up } from '../harness/command.ts'
import { eventually } from '../harness/eventually.ts'
import { mintFor } from '../harness/magic.ts'
import { startThings, thingsYaml } from '../harness/things.ts'

/** Stops a call where its header says, once the upstream was told. It stands behind ownership, which has done its part then. */
const stopper = `
export const needs = ['upstream']
const stopAt = (place, call) => {
  if (call.headers['x-stop']?.[0] !== place) return undefined
  return call.upstream('/stopped/' + call.id).then(() => new Promise(() => {}))
}
export const create = () => ({
  check() {},
  prepare: call => stopAt('before the call', call),
  reply: (_, call) => stopAt('before the answer', call),
})`

const upstream = await startThings({ after })
const more = 'authorize: { module: { file: ./stopper.js } }'
const yaml = thingsYaml(upstream.url, { more, gateway: ', management: 0, log: off' })
const folder = await folderWith({ after }, { 'sallyport.yaml': yaml, 'stopper.js': stopper })
const undoing: (() => unknown)[] = []
after(() => Promise.all(undoing.map(undo => undo())))
/** A gateway that is started within a test lasts beyond it. */
const file = { after: (undo: () => unknown) => void undoing.push(undo) }
const start = () => up(file, folder, ['--data', join(folder, 'data')])
let gateway = await start()

async function mint(): Promise<string> {
  const made = await mintFor({ folder, running: gateway }, { allowed: ['* /.*'] })
  const { token }: { token: string } = JSON.parse(await made.text())
  return token
}

const send = ({ call }: Pick<Up, 'call'>, token: string, method: string, id: string, stop = '') =>
  call(`/shop/items/${id}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'X-Stop': stop },
    ...(method === 'PUT' && { body: '1' }),
  })

const statusOf = async (token: string, method: string, id: string) => (await send(gateway, token, method, id)).status

/** Kills the process where a call of it has come to, and starts another on the same data. */
async function killAt(
  token: string,
  method: string,
  id: string,
  { stop = '', reached }: { stop?: string; reached: () => boolean },
) {
  const before = upstream.received.length
  const cut = send(gateway, token, method, id, stop).catch(() => undefined)
  const seen = () => upstream.received.length > before && reached()
  await eventually('the call has come there', seen)
  gateway.signal('SIGKILL')
  await gateway.ended
  await cut
  upstream.silent.clear()
  upstream.failing.clear()
  gateway = await start()
}

const lastWas = (path: string) => () => upstream.received.at(-1)?.url.startsWith(path) === true
const received = (method: string, id: string) => () => {
  const last = upstream.received.at(-1)
  return last?.method === method && last.url === `/items/${id}`
}

test('[M17] killed before the claim, creating: nothing was sent, and it can be created again', async () => {
  const token = await mint()
  upstream.failing.set('GET a', 'hang')
  await killAt(token, 'PUT', 'a', { reached: received('GET', 'a') })
  assert.equal(upstream.things.has('a'), false)
  assert.equal(await statusOf(token, 'DELETE', 'a'), 403)
  assert.equal(await statusOf(token, 'PUT', 'a'), 200)
})

test("[M17] killed between claim and call, creating: what somebody else creates then is not the token's", async () => {
  const token = await mint()
  await killAt(token, 'PUT', 'b', { stop: 'before the call', reached: lastWas('/stopped/') })
  assert.equal(upstream.things.has('b'), false)
  upstream.things.set('b', 'of somebody else')
  for (const method of ['PUT', 'PATCH', 'DELETE']) assert.equal(await statusOf(token, method, 'b'), 403)
  upstream.things.delete('b')
  assert.equal(await statusOf(token, 'PUT', 'b'), 200, 'gone, it is free')
  assert.equal(await statusOf(token, 'DELETE', 'b'), 204)
})

test("[M17] killed when the upstream has created, before its answer: it is there and nobody's", async () => {
  const token = await mint()
  upstream.silent.add('PUT c')
  await killAt(token, 'PUT', 'c', { reached: () => upstream.things.has('c') })
  for (const method of ['PUT', 'PATCH', 'DELETE']) assert.equal(await statusOf(token, method, 'c'), 403)
  assert.equal(upstream.things.has('c'), true)
})

test('[M17] killed when the answer is on disk and the caller has not had it, creating: it is owned', async () => {
  const token = await mint()
  await killAt(token, 'PUT', 'd', { stop: 'before the answer', reached: lastWas('/stopped/') })
  assert.equal(await statusOf(await mint(), 'DELETE', 'd'), 403)
  assert.equal(await statusOf(token, 'DELETE', 'd'), 204)
})

test("[M17] killed between claim and call, deleting: it is there and nobody's", async () => {
  const token = await mint()
  assert.equal(await statusOf(token, 'PUT', 'e'), 200)
  await killAt(token, 'DELETE', 'e', { stop: 'before the call', reached: lastWas('/stopped/') })
  for (const method of ['PUT', 'PATCH', 'DELETE']) assert.equal(await statusOf(token, method, 'e'), 403)
  assert.equal(upstream.things.has('e'), true)
})

test("[M17] killed when the upstream has deleted, before its answer: what somebody else creates then is not the token's", async () => {
  const token = await mint()
  assert.equal(await statusOf(token, 'PUT', 'f'), 200)
  upstream.silent.add('DELETE f')
  await killAt(token, 'DELETE', 'f', { reached: () => !upstream.things.has('f') })
  upstream.things.set('f', 'of somebody else')
  for (const method of ['PUT', 'PATCH', 'DELETE']) assert.equal(await statusOf(token, method, 'f'), 403)
})

test('[M17] killed when the answer is on disk and the caller has not had it, deleting: it is gone, and free', async () => {
  const token = await mint()
  assert.equal(await statusOf(token, 'PUT', 'g'), 200)
  await killAt(token, 'DELETE', 'g', { stop: 'before the answer', reached: lastWas('/stopped/') })
  assert.equal(await statusOf(token, 'DELETE', 'g'), 403)
  assert.equal(await statusOf(token, 'PUT', 'g'), 200)
})

test('[M17] what a token owned before a kill it owns after it', async () => {
  const token = await mint()
  assert.equal(await statusOf(token, 'PUT', 'h'), 200)
  gateway.signal('SIGKILL')
  await gateway.ended
  gateway = await start()
  assert.equal(await statusOf(await mint(), 'PATCH', 'h'), 403)
  assert.equal(await statusOf(token, 'DELETE', 'h'), 204)
})

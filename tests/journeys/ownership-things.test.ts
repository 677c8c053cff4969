import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { manage, mintFor } from '../harness/magic.ts'
import { startThings, thingsYaml } from '../harness/things.ts'

async function stand(t: Lifetime, change = (yaml: string) => yaml) {
  const upstream = await startThings(t)
  const gateway = await startGateway(t, change(thingsYaml(upstream.url)))
  const mint = async (): Promise<string> =>
    JSON.parse(await (await mintFor(gateway, { allowed: ['* /.*'] })).text()).token
  const send = async (token: string, method: string, id = '') => {
    const headers = { Authorization: `Bearer ${token}` }
    const path = id === '' ? '/shop/items' : `/shop/items/${id}`
    const answer = await gateway.call(path, { method, headers, ...(method !== 'DELETE' && { body: 'x' }) })
    await answer.text()
    return answer.status
  }
  return { upstream, gateway, mine: await mint(), theirs: await mint(), send }
}

test('[M17] what a POST created, by the key in its answer, its token may delete and no other', async t => {
  const { upstream, send, mine, theirs } = await stand(t)
  upstream.things.set('1', 'stood there before')
  assert.equal(await send(mine, 'POST'), 201)
  assert.equal(await send(theirs, 'DELETE', '2'), 403)
  assert.equal(await send(mine, 'DELETE', '1'), 403)
  assert.deepEqual([...upstream.things.keys()], ['1', '2'])
  assert.equal(await send(mine, 'DELETE', '2'), 204)
})

test("[M17] a POST that answers with what another token owns, or what is in doubt, makes it nobody else's", async t => {
  const { upstream, send, mine, theirs } = await stand(t)
  assert.equal(await send(theirs, 'PUT', '1'), 200)
  for (const [answered, status] of [
    [200, 200],
    [201, 502],
  ] as const) {
    upstream.failing.set('POST ', answered)
    assert.equal(await send(mine, 'POST'), status)
    assert.equal(await send(mine, 'DELETE', '1'), 403)
    assert.equal(await send(theirs, 'PATCH', '1'), 405, 'still theirs: it came to the upstream')
  }
  upstream.failing.set('DELETE 1', 504)
  assert.equal(await send(theirs, 'DELETE', '1'), 504)
  upstream.failing.delete('DELETE 1')
  for (const token of [mine, theirs]) {
    assert.equal(await send(token, 'POST'), 502)
    assert.equal(await send(token, 'DELETE', '1'), 403)
  }
})

test('[M17] a POST creates by status 201, or by those that its rule names and no others', async t => {
  for (const [created, other, change] of [
    [201, 200, (yaml: string) => yaml],
    [200, 201, (yaml: string) => yaml.replace('answer: $.id', 'answer: $.id, created: [200]')],
  ] as const) {
    const { upstream, send, mine } = await stand(t, change)
    upstream.things.set('1', '')
    upstream.failing.set('POST ', other)
    assert.equal(await send(mine, 'POST'), other)
    assert.equal(await send(mine, 'DELETE', '1'), 403)
    upstream.failing.set('POST ', created)
    assert.equal(await send(mine, 'POST'), created)
    assert.equal(await send(mine, 'DELETE', '1'), 204)
  }
})

test('[M17] a creation that failed owns nothing, whatever the upstream answered', async t => {
  const { upstream, send, mine } = await stand(t)
  for (const status of [302, 400, 404, 500, 502, 504]) {
    upstream.failing.set('PUT a', status)
    assert.equal(await send(mine, 'PUT', 'a'), status)
    assert.equal(await send(mine, 'DELETE', 'a'), 403, `after ${status}`)
  }
})

test('[M17] a deletion that the upstream refused leaves it owned; one that it may have done leaves it to nobody', async t => {
  const { upstream, send, mine } = await stand(t)
  assert.equal(await send(mine, 'PUT', 'a'), 200)
  for (const status of [409, 500, 503]) {
    upstream.failing.set('DELETE a', status)
    assert.equal(await send(mine, 'DELETE', 'a'), status)
  }
  upstream.failing.set('DELETE a', 504)
  assert.equal(await send(mine, 'DELETE', 'a'), 504)
  assert.equal(await send(mine, 'DELETE', 'a'), 403)
  assert.equal(await send(mine, 'PUT', 'a'), 403)
})

test('[M17] where the upstream does not say what exists, nothing is created', async t => {
  const { upstream, send, mine } = await stand(t)
  upstream.failing.set('GET a', 401)
  assert.equal(await send(mine, 'PUT', 'a'), 502)
  assert.equal(upstream.things.size, 0)
})

test('[M17] of two tokens that create the same at once one is let through', async t => {
  const { upstream, send, mine, theirs } = await stand(t)
  const statuses = await Promise.all([send(mine, 'PUT', 'a'), send(theirs, 'PUT', 'a')])
  assert.deepEqual(statuses.filter(status => status === 200).length, 1)
  assert.equal(upstream.received.filter(({ method }) => method === 'PUT').length, 1)
})

test("[M17] another spelling of a key that stands in the path is refused, for the upstream may take it for another's thing", async t => {
  const { upstream, send, mine, theirs } = await stand(t)
  assert.equal(await send(theirs, 'PUT', 'k'), 200)
  for (const id of ['K', '%4B', 'k%20', 'k.'])
    for (const method of ['PUT', 'DELETE']) assert.equal(await send(mine, method, id), 403, id)
  assert.deepEqual([...upstream.things.keys()], ['k'])
  assert.equal(upstream.received.length, 2, 'the question and the creation')
})

test('[M17] a path without forms for its keys does not load', async t => {
  await assert.rejects(stand(t, yaml => yaml.replaceAll("path: { id: '[a-z0-9-]+' }", 'path: [id]')))
})

test('of an imagined POST it is told that what its answer would name is not known, and nothing is created', async t => {
  const { upstream, gateway, mine, send } = await stand(t)
  const call = { method: 'POST', path: '/shop/items', credential: mine }
  const explained = async (asked: object) => JSON.parse(await (await manage(gateway, '/explanations', asked)).text())
  const told = await explained(call)
  assert.deepEqual(
    [told.explanation.outcome, told.explanation.code, told.request?.method],
    ['answered', undefined, 'POST'],
  )
  assert.deepEqual(told.unknown, [
    'what would be made of its body: it is imagined without one',
    'what ownership would make of the answer: there is none',
  ])
  assert.equal(upstream.things.size, 0)
  assert.equal(await send(mine, 'DELETE', '1'), 403)
  const other = { method: 'DELETE', path: '/shop/items/1', credential: mine }
  const refused = await explained(other)
  assert.deepEqual([refused.explanation.code, refused.unknown], ['not-owned', []])
})

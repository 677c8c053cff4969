import assert from 'node:assert/strict'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { type AppOptions, anonymous, answer, anyone, api, app } from './index.ts'

const open = { identify: anonymous, authorize: anyone }
const operations = [
  api('GET /good', open, () => undefined),
  api('GET /forbidden', open, () => answer(403)),
  api('GET /broken', open, () => {
    throw new Error('the shelf fell')
  }),
]

/** Calls an application with a clock that tells how often it was read: the length of a call is only measured where somebody wants its record. */
async function calls(options: Partial<AppOptions>) {
  const faults: string[] = []
  let measured = 0
  const clock = { now: () => 0, elapsed: () => measured++ }
  const shop = await app({ operations, clock, fault: error => faults.push(String(error)), ...options })
  const before = measured
  const call = (path: string) => shop.fetch(new Request(`http://localhost${path}`))
  await call('/good')
  const made = measured - before > 1
  for (const path of ['/forbidden', '/broken', '/nowhere']) await call(path)
  await shop.flush()
  return { made, faults }
}

test('no record is made of a call that went well where nobody is told of such', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-'))
  const path = join(folder, 'security.log')
  const told: CallEvent[] = []
  for (const [options, expected] of [
    [{}, false],
    [{ securityLog: { path } }, false],
    [{ securityLog: { path: `${path}.all`, allowed: true } }, true],
    [{ record: event => told.push(event) }, true],
    [{ metrics: 'public' }, true],
    [{ data: join(folder, 'data') }, true],
  ] satisfies [Partial<AppOptions>, boolean][])
    assert.equal((await calls(options)).made, expected, JSON.stringify(options))
  assert.deepEqual(
    told.map(({ status }) => status),
    [204, 403, 500, 404],
  )
})

test('faults and refusals are told whether or not anything else is', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'sallyport-')), 'security.log')
  const { faults } = await calls({ securityLog: { path } })
  assert.equal(faults.length, 1)
  assert.match(faults[0] ?? '', /GET \/broken failed.*the shelf fell/)
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  assert.deepEqual(
    lines.map(line => / - (\w+ \w+ \S+):/.exec(line)?.[1]),
    ['refused GET /forbidden', 'failed GET /broken', 'refused GET /nowhere'],
  )
})

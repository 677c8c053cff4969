import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { formatMistake } from '@sallyport/config'
import { start } from './start.ts'

async function listening(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function folderWith(t: TestContext, yaml: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'start-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'sallyport.yaml'), yaml)
  return folder
}

function startIn(folder: string, told: string[] = [], managementPort = 0) {
  const files = [join(folder, 'sallyport.yaml')]
  return start(
    { files, data: join(folder, 'data'), pretty: false, managementPort, log: 'off' },
    {
      clock: { now: () => Date.UTC(2026, 0, 15), elapsed: () => 0 },
      env: {},
      reloaded: (mistakes, warnings) => told.push(...[...mistakes, ...warnings].map(formatMistake)),
      failed: error => assert.fail(String(error)),
    },
  )
}

const yaml = (http: number, backend = 9) => `
sallyport: 1
gateway: { http: ${http}, limit: { all: { allow: 100/second, per: ip } } }
apis:
  open: { path: /, identify: anonymous, authorize: { scopes: [a] }, forward: { to: "http://127.0.0.1:${backend}" } }
`

test('what cannot start leaves nothing open behind it', async t => {
  const taken = await listening(t, () => undefined)
  const folder = await folderWith(t, yaml(taken))
  const free = await listening(t, () => undefined)
  await assert.rejects(startIn(folder), { code: 'EADDRINUSE' })
  await writeFile(join(folder, 'sallyport.yaml'), yaml(0, free))
  const running = await startIn(folder)
  await running.close(0)
})

test('a gateway that stops is not ready while calls under way end', async t => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const backend = await listening(t, async (_, response) => {
    ask()
    await released
    response.end('done')
  })
  const folder = await folderWith(t, yaml(0, backend).replace('{ scopes: [a] }', 'anyone'))
  const running = await startIn(folder)
  const ready = async () => {
    const response = await fetch(`${running.management}/readyz`)
    const body: unknown = await response.json()
    return { status: response.status, body }
  }
  assert.deepEqual(await ready(), { status: 200, body: { ready: true, checks: { calls: true, records: true } } })
  const call = fetch(`${running.http}/`)
  await asked
  const closed = running.close(10_000)
  assert.deepEqual(await ready(), {
    status: 503,
    body: { ready: false, checks: { calls: false, records: true } },
  })
  release()
  assert.equal(await (await call).text(), 'done')
  await closed
})

test('a change that is taken up at the next start only is told as such', async t => {
  const folder = await folderWith(t, yaml(0))
  const told: string[] = []
  const running = await startIn(folder, told)
  t.after(() => running.close(0))
  await writeFile(join(folder, 'sallyport.yaml'), yaml(1))
  await running.poll()
  assert.match(told.join(), /sallyport\.yaml:3:\d+ {2}gateway\.http: this change is taken up at the next start only/)
})

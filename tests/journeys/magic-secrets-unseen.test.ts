import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { magicYaml, realToken } from '../harness/magic.ts'

/** Every file below a folder, but for the one whose job is to hold the credential. */
async function textsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile() && entry.name !== 'credential.txt')
  return Promise.all(files.map(entry => readFile(join(entry.parentPath, entry.name), 'latin1')))
}

test('[M19] the credential shows in no log, record, explanation or answer, and the token in no log, record or explanation', async t => {
  const backend = await startBackend(t, (request, response) => {
    response.statusCode = request.url === '/broken' ? 500 : 200
    if (request.url === '/cut') response.destroy()
    else response.end(`you said ${valuesOf(request, 'authorization')}`)
  })
  const dead = `
  dead:
    path: /dead
    identify: magicToken
    authorize: token
    forward: { to: "http://127.0.0.1:1", credential: sealed }`
  const yaml = magicYaml({ to: backend.url, more: dead }).replace(
    'http: 0,',
    'http: 0, management: 0, log: ./calls.log,',
  )
  const folder = await folderWith(t, { 'sallyport.yaml': yaml, 'credential.txt': realToken })
  const gateway = await up(t, folder)
  const mint = async (api: string) => {
    const permit = ['--allow-regex', 'GET /(?:echo|broken|cut)', '--credential', '@credential.txt', '--chain']
    return (await sallyport(folder, ['token', 'mint', '--api', api, ...permit])).out.trim()
  }
  const tokens = { github: await mint('github'), dead: await mint('dead') }
  const [answers, ids]: [string[], string[]] = [[], []]
  const call = async (path: string, token: string) => {
    const response = await gateway.call(path, { headers: { Authorization: `Bearer ${token}` } })
    ids.push(response.headers.get('sallyport-call-id') ?? '')
    answers.push(JSON.stringify([...response.headers]), await response.text())
    return response.status
  }
  assert.equal(await call('/github/echo', tokens.github), 200)
  assert.equal(await call('/github/broken', tokens.github), 500)
  assert.equal(await call('/github/cut', tokens.github), 502)
  assert.equal(await call('/github/denied', tokens.github), 403)
  assert.equal(await call('/dead/echo', tokens.dead), 502)
  assert.equal(await call('/dead/echo', tokens.github), 401)
  assert.equal(await call(`/github/echo?access_token=${tokens.github}`, `${tokens.github}x`), 401)
  const explained = await Promise.all(ids.map(id => sallyport(folder, ['explain', id, '--json'])))
  const imagined = await sallyport(folder, ['explain', 'GET /github/echo', '--token', 'env:T'], {
    env: { T: tokens.github },
  })
  gateway.signal('SIGTERM')
  assert.equal(await gateway.ended, 0)
  const told = [...explained, imagined].flatMap(({ out, err }) => [out, err])
  const kept = [...told, gateway.out.text, gateway.err.text, ...(await textsBelow(folder))]
  assert.ok(valuesOf(backend.received[0], 'authorization')[0]?.includes(realToken), 'it was used')
  assert.ok(
    kept.some(text => text.includes('"msg":"call"')),
    'the log is among what is looked at',
  )
  assert.ok(explained.every(({ status }) => status === 0))
  for (const text of [...kept, ...answers]) assert.ok(!text.includes(realToken), text)
  for (const token of Object.values(tokens)) {
    for (const piece of token.split(/[.~]/).filter(one => one.length > 40))
      assert.ok(!kept.some(text => text.includes(piece)), piece)
  }
})

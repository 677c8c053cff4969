import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { problemOf } from '../harness/problem.ts'

const openapi = `
openapi: 3.1.0
info: { title: Notes, version: 1.0.0 }
paths:
  /notes:
    get: { summary: All notes }
    post: { summary: Write a note }
  /notes/{id}:
    get: { summary: One note }
`

const backend = await startBackend({ after })
const anyPorts = 'gateway: { http: 0, management: 0 }'
const folder = await folderWith({ after }, { 'notes.openapi.yaml': openapi, 'ports.yaml': anyPorts })
const init = ['init', '--openapi', 'notes.openapi.yaml', '--upstream', backend.url]
const begun = await sallyport(folder, init)
const gateway = await up({ after }, folder, ['-c', 'sallyport.yaml', '-c', 'ports.yaml'])
const withKey = (key: string) => ({ headers: { 'X-API-Key': key } })

test('init writes a commented file, says what to do next, and never writes over one', async () => {
  assert.equal(begun.status, 0)
  assert.match(
    begun.out,
    /^sallyport\.yaml: 3 operations, closed until there is a key\. Next:\n {2}sallyport key create/,
  )
  const text = await readFile(join(folder, 'sallyport.yaml'), 'utf8')
  assert.match(text, /# All notes\n {6}GET \/notes: \{ authorize: \{ scopes: \[notes:read\] \} \}/)
  const again = await sallyport(folder, init)
  assert.deepEqual([again.status, again.out], [1, ''])
  assert.match(again.err, /sallyport\.yaml is there already; move it away, or name another with --output/)
  assert.equal(await readFile(join(folder, 'sallyport.yaml'), 'utf8'), text)
})

test('check prints who may call what, and finds nothing risky in what init wrote', async () => {
  const { status, out, err } = await sallyport(folder, ['check'])
  assert.deepEqual([status, err], [0, ''])
  const rows = out.trimEnd().split('\n').slice(1)
  assert.deepEqual(
    rows.map(row => row.split(/ {2,}/)),
    [
      ['GET /notes/notes', 'notes:read'],
      ['POST /notes/notes', 'notes:write'],
      ['GET /notes/notes/{id}', 'notes:read'],
    ].map(([operation, scope]) => [
      operation,
      'API key in header x-api-key',
      `scope ${scope}`,
      '100/minute per application (api)',
      backend.url,
    ]),
  )
})

test('nobody is let in before a key is made', async () => {
  for (const init of [{}, withKey('sp_guess')]) {
    const refused = await gateway.call('/notes/notes', init)
    assert.equal(refused.status, 401)
    assert.match(refused.headers.get('www-authenticate') ?? '', /^ApiKey /)
  }
  assert.deepEqual(backend.received, [])
})

test('a key opens what its scopes name, and nothing else; a refusal is explained by its id', async () => {
  const made = await sallyport(folder, ['key', 'create', 'my-app', '--scopes', 'notes:read'])
  assert.equal(made.status, 0)
  assert.match(made.out, /^sp_\w+\n$/)
  await gateway.err.said('the changed configuration is in force')
  const key = made.out.trim()
  assert.equal((await gateway.call('/notes/notes/7?x=1', withKey(key))).status, 200)
  const refused = await gateway.call('/notes/notes', { method: 'POST', body: 'a note', ...withKey(key) })
  assert.equal(refused.status, 403)
  const { code, missing, callId } = await problemOf(refused)
  assert.deepEqual([code, missing], ['scope-missing', { scopes: ['notes:write'] }])
  assert.deepEqual(
    backend.received.map(({ method, url }) => `${method} ${url}`),
    ['GET /notes/7?x=1'],
  )

  const { status, out } = await sallyport(folder, ['explain', callId])
  assert.equal(status, 0)
  assert.match(out, /^POST \/notes\/notes {2}403 scope-missing\n/)
  assert.match(out, /\noperation POST \/notes of notes; caller application my-app, by apiKey \w+ from 127\.0\.0\.1\n/)
  assert.match(out, /✗ authorize {2}scopes: scope notes:write\n/)
  assert.match(out, /needs scope notes:write; has notes:read\n/)
})

test('the whole of it can be read by programs', async () => {
  const listed = await sallyport(folder, ['calls', '--last', '1', '--json'])
  const [{ status, refusal, application }] = JSON.parse(listed.out)
  assert.deepEqual([status, refusal.code, application.subject], [403, 'scope-missing', 'my-app'])
})

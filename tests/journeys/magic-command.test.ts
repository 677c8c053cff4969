import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { eventually } from '../harness/eventually.ts'
import { magicYaml, realToken } from '../harness/magic.ts'

const backend = await startBackend({ after })
const yaml = magicYaml({ to: backend.url }).replace('http: 0,', 'http: 0, management: 0, log: off,')
const folder = await folderWith({ after }, { 'sallyport.yaml': yaml })
const gateway = await up({ after }, folder)
const token = (args: readonly string[], stdin = '', env = {}) => sallyport(folder, ['token', ...args], { stdin, env })
const call = async (bearer: string, path: string, method = 'GET') =>
  (await gateway.call(`/github${path}`, { method, headers: { Authorization: `Bearer ${bearer}` } })).status

test('[M1] the command makes a token of a credential on standard input, and says how to end it', async () => {
  const made = await token(
    [
      'mint',
      '--api',
      'github',
      '--permit',
      'GET /issues?state=open&*',
      '--allow-regex',
      'GET /repos/.+',
      '--expires',
      '1d',
      '--name',
      'bot',
    ],
    `${realToken}\n`,
  )
  assert.equal(made.status, 0, made.err)
  const bearer = made.out.trim()
  assert.match(
    made.err,
    /^Good for github http:\/\/127\.0\.0\.1:\d+ until .*Z\. `sallyport token revoke (?:-- )?[\w-]{22}` ends it\.\nIts bearer calls https:\/\/api\.example\.com\/github\/… with it\.\n$/,
  )
  assert.equal(await call(bearer, '/issues?state=open&page=2'), 200)
  assert.equal(await call(bearer, '/repos/o/r'), 200)
  assert.equal(await call(bearer, '/issues?state=all'), 403)
  assert.deepEqual(valuesOf(backend.received.at(-1), 'authorization'), [`Bearer ${realToken}`])
  const shown = await token(['inspect', '-'], bearer)
  assert.equal(shown.status, 0)
  for (const words of [/name: bot/, /GET \/repos\/\.\+/, /"state":"open"/, /exp: 20\d\d-/, /cannot be narrowed/])
    assert.match(shown.out, words)
  assert.ok(!shown.out.includes(realToken))
})

test('a chain is narrowed without a gateway, shown, and ended with what was made of it', async () => {
  const wide = (await token(['mint', '--api', 'github', '--allow-regex', '* /.*', '--chain'], realToken)).out.trim()
  const elsewhere = await folderWith({ after }, { wide })
  const narrow = await sallyport(elsewhere, [
    'token',
    'narrow',
    '@wide',
    '--permit',
    'GET /user',
    '--expires',
    '1h',
    '--seal',
  ])
  assert.equal(narrow.status, 0, narrow.err)
  const sealed = narrow.out.trim()
  assert.equal(await call(sealed, '/user'), 200)
  assert.equal(await call(sealed, '/user', 'POST'), 403)
  assert.equal(await call(wide, '/user', 'POST'), 200)
  const again = await token(['narrow', 'env:SEALED'], '', { SEALED: sealed })
  assert.equal(again.status, 1)
  assert.match(again.err, /sealed: nobody can narrow it/)
  assert.match((await token(['inspect', '-'], sealed)).out, /narrowed by [\w-]{43}\n[\s\S]*It is sealed/)
  assert.equal((await token(['revoke', '-'], sealed)).status, 0)
  await eventually('the narrow one is ended', async () => (await call(sealed, '/user')) === 401)
  assert.equal(await call(wide, '/user'), 200)
  const { parts } = JSON.parse((await token(['inspect', '-', '--json'], wide)).out)
  assert.equal((await token(['revoke', '--', parts[0].claims.jti])).status, 0)
  await eventually('the wide one is ended', async () => (await call(wide, '/user')) === 401)
})

test('[M14] what cannot be judged by is refused in words, and misuse is told from refusal', async () => {
  const mint = (...args: string[]) => token(['mint', '--api', 'github', ...args], realToken)
  const bad = await mint('--allow-regex', 'GET /(?=x)')
  assert.equal(bad.status, 1)
  assert.match(bad.err, /look-ahead/)
  assert.match((await mint('--permit', 'GET /x', '--expires', '1826d')).err, /157680000 seconds/)
  for (const args of [
    [],
    ['--permit', 'GET'],
    ['--permit', 'GET /x?state'],
    ['--permit', 'GET /x', '--query', 'k', '--basic', 'u'],
  ]) {
    const misused = await mint(...args)
    assert.equal(misused.status, 2, args.join(' '))
    assert.ok(!misused.err.includes(realToken))
  }
  assert.equal((await token(['mint', '--permit', 'GET /x'], realToken)).status, 2)
  assert.equal((await token(['inspect', '-'], 'not a token')).status, 1)
  assert.equal((await token(['inspect', realToken])).status, 2)
})

test('whoever mints from a credential too short to be masked is told', async () => {
  const made = await token(['mint', '--api', 'github', '--permit', 'GET /user'], 'short-credentia')
  assert.equal(made.status, 0, made.err)
  assert.match(made.err, /less than 16 bytes: an answer that repeats it is not masked/)
})

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { z } from 'zod'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { realToken } from '../harness/magic.ts'

const backend = await startBackend({ after })
const yaml = `
sallyport: 1
gateway: { http: 0, management: 0, log: off }
apis:
  github: { preset: github, forward: { to: "${backend.url}" } }
  git: { preset: github-git, forward: { to: "${backend.url}" } }
  shop:
    path: /shop
    identify: magicToken
    authorize: token
    forward: { to: "${backend.url}", credential: sealed }
    operations: { GET /items: {}, "GET /items/{id}": {}, POST /orders: {} }
`
const folder = await folderWith({ after }, { 'sallyport.yaml': yaml })
const gateway = await up({ after }, folder)
const mint = (api: string, ...args: string[]) =>
  sallyport(folder, ['token', 'mint', '--api', api, ...args], { stdin: realToken })

const minted = z.object({
  token: z.string(),
  url: z.string(),
  clients: z.record(z.string(), z.string()),
  unknown: z.array(z.object({ permit: z.string(), nearest: z.string().optional() })),
})
const mintedAs = async (api: string, ...args: string[]) =>
  minted.parse(JSON.parse((await mint(api, ...args, '--json')).out))

/** Types a line into a shell, with the token where the line wants it. */
const typed = (line: string, TOKEN: string) =>
  promisify(execFile)('sh', ['-c', line], { env: { PATH: process.env.PATH, TOKEN } })

test('[M8] a token comes with lines to paste for the clients of its API, and curl’s is answered as it is pasted', async () => {
  const { token, url, clients } = await mintedAs(
    'github',
    '--permit',
    'POST /repos/{owner}/{repo}/issues/{number}/labels',
  )
  assert.equal(url, `${gateway.url}/github`)
  assert.deepEqual(Object.keys(clients), ['curl', 'gh', 'Octokit'])
  assert.match(clients.Octokit ?? '', new RegExp(`baseUrl: '${url}'`))
  const { stdout } = await typed(`${clients.curl} -s`, token)
  assert.deepEqual(JSON.parse(stdout), { method: 'POST', url: '/repos/OWNER/REPO/issues/NUMBER/labels' })
  assert.deepEqual(valuesOf(backend.received.at(-1), 'authorization'), [`Bearer ${realToken}`])
})

test('people read the lines beside the token, which alone stands on standard output', async () => {
  const { out, err } = await mint('github', '--permit', 'GET /user/issues?state=open&*')
  assert.match(out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  assert.match(
    err,
    /\n {2}curl\n {6}curl -H "Authorization: Bearer \$TOKEN" 'http:[^ ]+\/github\/user\/issues\?state=open'\n/,
  )
  assert.match(err, /\n {2}gh\n {6}GH_TOKEN=\$TOKEN gh api --method GET /)
  assert.ok(!err.includes(realToken) && !err.includes(out.trim()))
})

test('the credential goes where the preset has it, unless it is said otherwise', async () => {
  const path = '/git/o/r/info/refs'
  for (const [args, wanted] of [
    [[], `Basic ${btoa(`x-access-token:${realToken}`)}`],
    [['--basic', 'me'], `Basic ${btoa(`me:${realToken}`)}`],
    [['--scheme', 'token'], `token ${realToken}`],
  ] as const) {
    const { token } = await mintedAs('git', '--permit', 'GET /{owner}/{repo}/info/refs', ...args)
    await gateway.call(path, { headers: { Authorization: `Bearer ${token}` } })
    assert.deepEqual(valuesOf(backend.received.at(-1), 'authorization'), [wanted])
  }
})

test('[M14] a permit that names no operation of the API is told, with the one that was probably meant', async () => {
  const label = 'POST /repos/{owner}/{repo}/issues/{number}/label'
  const { err } = await mint('github', '--permit', label, '--permit', 'GET /repos/{o}/{r}/contents/{path*}')
  assert.match(
    err,
    /^warning: POST .*\/label names no operation of this API; did you mean POST .*\/\{issue_number\}\/labels\?\nGood for/,
  )
  const { unknown } = await mintedAs(
    'shop',
    '--permit',
    'GET /item',
    '--permit',
    'GET /items/{id}',
    '--permit',
    '* /orders',
  )
  assert.deepEqual(unknown, [{ permit: 'GET /item', nearest: 'GET /items' }])
})

test('what nobody has listed is not warned of', async () => {
  assert.deepEqual((await mintedAs('git', '--permit', 'GET /anything')).unknown, [])
})

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { bin, environment, folderWith, sallyport, up } from '../harness/command.ts'

const execute = promisify(execFile)

/** What bash does at a TAB behind these words, as typed. */
const atTab = `
sallyport() { "$NODE" "$BIN" "$@"; }
source <(sallyport completion bash)
COMP_WORDS=("$@")
COMP_CWORD=$(( $# - 1 ))
$(complete -p sallyport | sed 's/.*-F \\([^ ]*\\).*/\\1/') sallyport
printf '%s\\n' "\${COMPREPLY[@]}"
`

async function completed(cwd: string, ...words: readonly string[]): Promise<readonly string[]> {
  const env = environment({ NODE: process.execPath, BIN: bin })
  const { stdout, stderr } = await execute('bash', ['--norc', '-c', atTab, 'bash', 'sallyport', ...words], { cwd, env })
  assert.equal(stderr, '')
  return stdout.split('\n').filter(line => line !== '')
}

test('bash completes --permit from what a preset lists: within quotes as it is, without them quoted', async t => {
  const folder = await folderWith(t)
  const mint = ['token', 'mint', '--api', 'github', '--permit']
  const labels = 'PUT /repos/{owner}/{repo}/issues/{issue_number}/labels'
  assert.deepEqual(await completed(folder, ...mint, `'${labels.slice(0, -3)}`), [labels])
  assert.deepEqual(await completed(folder, ...mint, labels.slice(0, -3).replaceAll(' ', '\\ ')), [`'${labels}'`])
})

const yaml = `
sallyport: 1
gateway: { http: 0, management: 0, log: off }
apis:
  shop:
    path: /shop
    openapi: ./shop.json
    identify: magicToken
    authorize: token
    forward: { to: http://127.0.0.1:9, credential: sealed }
`
const paths = { '/items': { get: {}, post: {} }, '/items/{id}': { delete: {} } }

const document = { openapi: '3.1.0', info: { title: 'shop', version: '1' }, paths }
const shop = { 'sallyport.yaml': yaml, 'shop.json': JSON.stringify(document) }

test('bash completes --api and --permit from the running gateway that --data names', async t => {
  const folder = await folderWith(t, shop)
  await up(t, folder)
  const elsewhere = await folderWith(t)
  const mint = ['token', 'mint', '--data', `${folder}/.sallyport`, '--api']
  assert.deepEqual(await completed(elsewhere, ...mint, 'sh'), ['shop'])
  assert.deepEqual(await completed(elsewhere, ...mint, 'shop', '--permit', "'D"), ['DELETE /items/{id}'])
})

test('bash completes what a token may be narrowed to, though it parts @FILE', async t => {
  const folder = await folderWith(t, shop)
  await up(t, folder)
  const mint = ['token', 'mint', '--api', 'shop', '--chain', '--allow-regex', 'GET /.*', '--allow-regex', 'POST /none']
  const { out } = await sallyport(folder, mint, { stdin: 'the-credential-of-the-shop' })
  await writeFile(join(folder, 'token.txt'), out)
  assert.deepEqual(await completed(folder, 'token', 'narrow', '@', 'token.txt', '--permit', "'"), ['GET /items'])
})

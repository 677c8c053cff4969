import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { z } from 'zod'
import { type Answer, startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { realToken } from '../harness/magic.ts'

const run = promisify(execFile)
const folder = await folderWith({ after })
const env = { PATH: process.env.PATH, HOME: folder }

/** A package as a registry has it, which says that its tarball is npm's. */
await mkdir(join(folder, 'tiny'))
await writeFile(join(folder, 'tiny', 'package.json'), '{ "name": "tiny", "version": "1.0.0" }')
await run('npm', ['pack', '--silent', './tiny'], { cwd: folder, env })
const tarball = await readFile(join(folder, 'tiny-1.0.0.tgz'))
const dist = { tarball: 'https://registry.npmjs.org/tiny/-/tiny-1.0.0.tgz' }
const versions = { '1.0.0': { name: 'tiny', version: '1.0.0', dist } }
const packument = JSON.stringify({ name: 'tiny', 'dist-tags': { latest: '1.0.0' }, versions })

const answer: Answer = ({ url }, response) => {
  if (url.endsWith('.tgz')) return void response.end(tarball)
  response.setHeader('Content-Type', 'application/json')
  return void response.end(packument)
}
const backend = await startBackend({ after }, answer)
const yaml = `
sallyport: 1
gateway: { http: 0, management: 0, log: off }
apis:
  npm: { preset: npm, forward: { to: "${backend.url}" } }
  git: { preset: github-git, forward: { to: "${backend.url}" } }
`
await writeFile(join(folder, 'sallyport.yaml'), yaml)
await up({ after }, folder)

const minted = z.object({ token: z.string(), clients: z.record(z.string(), z.string()) })
async function mint(api: string, ...permits: readonly string[]) {
  const args = ['token', 'mint', '--api', api, ...permits.flatMap(permit => ['--permit', permit]), '--json']
  return minted.parse(JSON.parse((await sallyport(folder, args, { stdin: realToken })).out))
}

test('[M8] npm installs with the lines for .npmrc, and publishes nothing', async () => {
  const { token, clients } = await mint('npm', 'GET /{name}', 'GET /{name}/-/{file}')
  const project = join(folder, 'project')
  await mkdir(project)
  await writeFile(join(project, '.npmrc'), clients['.npmrc'] ?? '')
  const options = { cwd: project, env: { ...env, TOKEN: token } }
  await run('npm', ['install', '--no-audit', '--no-fund', 'tiny'], options)
  assert.equal(backend.received.at(-1)?.url, '/tiny/-/tiny-1.0.0.tgz')
  for (const request of backend.received) assert.deepEqual(valuesOf(request, 'authorization'), [`Bearer ${realToken}`])
  const before = backend.received.length
  await writeFile(join(folder, 'tiny', 'package.json'), '{ "name": "tiny", "version": "1.0.1" }')
  await assert.rejects(run('npm', ['publish', '../tiny'], options), /E403/)
  assert.deepEqual(
    backend.received.slice(before).filter(({ method }) => method !== 'GET'),
    [],
  )
})

test('[M8] git asks with the token as the password, by the line for it', async () => {
  const { token, clients } = await mint('git', 'GET /{owner}/{repo}/info/refs?service=git-upload-pack')
  // The backend is no git server: what git makes of its answer is of no interest here.
  await run('sh', ['-c', clients.git ?? ''], { cwd: folder, env: { ...env, TOKEN: token } }).catch(() => undefined)
  const asked = backend.received.at(-1)
  assert.equal(asked?.url, '/OWNER/REPO/info/refs?service=git-upload-pack')
  assert.deepEqual(valuesOf(asked, 'authorization'), [`Basic ${btoa(`x-access-token:${realToken}`)}`])
})

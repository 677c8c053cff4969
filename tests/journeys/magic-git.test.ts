import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { valuesOf } from '../harness/backend.ts'
import { folderWith } from '../harness/command.ts'
import { git, gitServer, repositories } from '../harness/git-server.ts'
import { realToken, startMagic } from '../harness/magic.ts'

const repository = '/o/r.git'

/** What a clone asks for, and a push never does: both begin with the same path, and the query tells them apart. */
const reading = [
  { method: 'GET', path: `${repository}/info/refs`, query: { service: 'git-upload-pack' } },
  { method: 'POST', path: `${repository}/git-upload-pack` },
]

const credential = { kind: 'basic', username: 'x-access-token', password: realToken }

async function startGit(t: Parameters<typeof startMagic>[0]) {
  const root = await repositories(t)
  const gateway = await startMagic(t, { answer: gitServer(root) })
  const remoteWith = (token: string) =>
    Object.assign(new URL(`${gateway.url}/github${repository}`), { username: 'bot', password: token }).href
  return { root, gateway, remoteWith, folder: await folderWith(t) }
}

test('[M8] git clones from its own server with a token that may read; pushing is 403, and nothing came of it', async t => {
  const { root, gateway, remoteWith, folder } = await startGit(t)
  const token = await gateway.mint({ permit: reading, credential })
  await git(folder, 'clone', '--quiet', remoteWith(token), 'clone')
  const clone = join(folder, 'clone')
  assert.equal(await readFile(join(clone, 'read.me'), 'utf8'), 'hello\n')
  const { received } = gateway.backend
  assert.ok(received.some(({ method, url }) => method === 'POST' && url === `${repository}/git-upload-pack`))
  for (const request of received)
    assert.deepEqual(valuesOf(request, 'authorization'), [`Basic ${btoa(`x-access-token:${realToken}`)}`])
  const before = received.length
  await writeFile(join(clone, 'more'), 'more\n')
  await git(clone, 'add', '.')
  await git(clone, 'commit', '--quiet', '--message=second')
  await assert.rejects(git(clone, 'push', '--quiet', 'origin', 'main'), ({ stderr }: { stderr: string }) => {
    assert.match(stderr, /The requested URL returned error: 403/)
    return !stderr.includes(realToken)
  })
  assert.equal(received.length, before)
  assert.equal((await git(root, '-C', 'o/r.git', 'rev-list', '--count', 'main')).stdout, '1\n')
})

test('[M8] git pushes to its own server with a token that may write', async t => {
  const { root, gateway, remoteWith, folder } = await startGit(t)
  const writing = [
    { method: 'GET', path: `${repository}/info/refs`, query: { service: 'git-receive-pack' } },
    { method: 'POST', path: `${repository}/git-receive-pack` },
  ]
  const token = await gateway.mint({ permit: [...reading, ...writing], credential })
  await git(folder, 'clone', '--quiet', remoteWith(token), 'clone')
  const clone = join(folder, 'clone')
  await git(clone, 'commit', '--quiet', '--allow-empty', '--message=second')
  await git(clone, 'push', '--quiet', 'origin', 'main')
  assert.equal((await git(root, '-C', 'o/r.git', 'rev-list', '--count', 'main')).stdout, '2\n')
})

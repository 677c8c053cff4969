import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { z } from 'zod'
import {
  answer,
  anyone,
  api,
  app,
  createToken,
  jwt,
  roles,
  type SecurityLogOptions,
  type Serving,
  serve,
} from './index.ts'

const now = Date.UTC(2026, 0, 15, 12)
const clock = { now: () => now, elapsed: () => 0 }
const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const token = (sub: string, more: object = {}) => createToken({ sub, ...more }, { secret, now })
const identify = jwt({ secret })
const admin = api('GET /admin', { identify, authorize: roles('admin') }, () => undefined)
const own = api('GET /own', { identify, authorize: anyone, responses: { 403: z.string() } }, () => answer(403, 'no'))

async function start(t: TestContext, options: SecurityLogOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'security-log-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'security.log')
  const faults: unknown[] = []
  const world = { clock, fault: (error: unknown) => faults.push(error) }
  const begin = async () => {
    const shop = await app({ name: 'shop', operations: [admin, own], securityLog: { path, ...options }, ...world })
    const serving = await serve(shop, { port: 0 })
    t.after(() => serving.close(0))
    return { ...serving, flush: shop.flush }
  }
  const lines = async () => (await readFile(path, 'utf8')).split('\n').slice(0, -1)
  return { folder, path, faults, begin, lines }
}

const get = async ({ url }: Pick<Serving, 'url'>, path: string, bearer?: string) =>
  (await fetch(url + path, { headers: bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` } })).status

test('[F46] a refused call is a line that says when, what, who and from where; what was answered is none', async t => {
  const { begin, lines } = await start(t)
  const serving = await begin()
  assert.equal(await get(serving, '/admin', token('ann', { roles: ['admin'] })), 204)
  assert.equal(await get(serving, '/admin', token('bob')), 403)
  assert.equal(await get(serving, '/own', token('bob')), 403)
  assert.equal(await get(serving, '/admin?token=s3cret', 'a.b.c'), 401)
  await serving.close()
  const [lacking = '', own = '', bad = '', ...others] = await lines()
  assert.match(
    lacking,
    /^2026-01-15T12:00:00\.000Z - shop - WARNING - refused GET \/admin: user=bob, ip=127\.0\.0\.1, .*status=403, code=role-missing, stage=authorize, call=[0-9a-f]{32}$/,
  )
  assert.match(own, / - WARNING - refused GET \/own: user=bob, ip=127\.0\.0\.1, .*status=403, call=/)
  assert.match(bad, / - WARNING - refused GET \/admin: user=-, ip=127\.0\.0\.1, status=401, code=credential-bad/)
  assert.deepEqual(others, [])
  assert.doesNotMatch((await lines()).join('\n'), /s3cret|a\.b\.c|eyJ/)
})

test('[F46] where it is asked for, a call that was answered is a line, too', async t => {
  const { begin, lines } = await start(t, { allowed: true })
  const serving = await begin()
  assert.equal(await get(serving, '/admin', token('ann', { roles: ['admin'] })), 204)
  await serving.close()
  assert.match((await lines()).join(), /Z - shop - INFO - allowed GET \/admin: user=ann, ip=127\.0\.0\.1, /)
})

test('[F46] nobody can forge a second line or another member by what he is called', async t => {
  const { begin, lines } = await start(t)
  const serving = await begin()
  const forged = 'bob\n2026-01-15T12:00:00.000Z - shop - INFO - allowed GET /admin: user=eve, ip=10.0.0.1'
  for (const subject of [forged, 'bob\r\nx', 'bob\u2028x', 'bob, ip=10.0.0.1', 'bob\x1b[2K'])
    assert.equal(await get(serving, '/admin', token(subject)), 403)
  await serving.close()
  const written = await lines()
  assert.equal(written.length, 5)
  for (const line of written) {
    assert.match(
      line,
      /^[^\x00-\x1f\u2028]+ - WARNING - refused GET \/admin: user="bob.*", ip=127\.0\.0\.1, credential=/,
    )
  }
})

test('[F46] only its owner may read the file, it is added to, and one that was moved away is begun anew', {
  skip: process.platform === 'win32',
}, async t => {
  const { path, begin, lines } = await start(t)
  await writeFile(path, 'before\n')
  await chmod(path, 0o644)
  const serving = await begin()
  await get(serving, '/admin')
  await serving.flush()
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.equal((await lines()).length, 2)
  await rename(path, `${path}.1`)
  await get(serving, '/admin')
  await serving.close()
  assert.equal((await lines()).length, 1)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('[F46] a log that can not be written to is told once, and stops no call', async t => {
  const { path, faults, begin, lines } = await start(t)
  const serving = await begin()
  await rm(path)
  await mkdir(path)
  for (let i = 0; i < 3; i++) {
    assert.equal(await get(serving, '/admin'), 401)
    await serving.flush()
  }
  assert.equal(faults.length, 1)
  assert.match(String(faults[0]), /lines of .*security\.log are lost/)
  await rmdir(path)
  await get(serving, '/admin')
  await serving.close()
  assert.equal((await lines()).filter(line => line !== '').length, 1)
})

test('[F46] an application whose log can not be written to from the beginning does not start', async t => {
  const { path, begin } = await start(t)
  await mkdir(path)
  await assert.rejects(begin(), { code: 'EISDIR' })
})

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { type CallEvent, callEvent, Secret } from '@sallyport/core'
import { type LogOptions, openLog } from './log.ts'
import { createRecorder } from './recorder.ts'

const event: CallEvent = {
  id: '0123456789abcdef0123456789abcdef',
  time: '2026-01-02T03:04:05.678Z',
  snapshot: 'f00d',
  method: 'GET',
  path: '/warehouse/items',
  user: { issuer: 'https://id.example.com', subject: 'alice' },
  status: 403,
  outcome: 'refused',
  refusal: { stage: 'authorize', code: 'scope-missing', reason: 'needs scope list_items; has none' },
  totalMs: 1.5,
  bytesIn: 0,
  bytesOut: 200,
}

async function logFile(t: TestContext, options: Partial<LogOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'log-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'logs', 'calls.log')
  const onError = (error: Error) => assert.fail(error)
  const log = openLog({ to: path, level: 'info', pretty: false, onError, ...options })
  const lines = async () => {
    await log.flush()
    log.close()
    return (await readFile(path, 'utf8')).split('\n').slice(0, -1)
  }
  return { folder, path, log, lines }
}

test('a call is one line of JSON that holds the whole event, and each member once', async t => {
  const { log, lines } = await logFile(t)
  log.call(event, JSON.stringify(event))
  const [line = '', ...others] = await lines()
  const { level, msg, ...told } = JSON.parse(line)
  assert.deepEqual(others, [])
  assert.deepEqual({ level, msg }, { level: 30, msg: 'call' })
  assert.deepEqual(callEvent.parse(told), event)
  assert.equal(line.match(/"time":/g)?.length, 1)
})

test('what policies judged by stands in the record alone, not in the log', async t => {
  const { log, lines } = await logFile(t)
  const kept: string[] = []
  const recorder = createRecorder({
    ...{ log, metrics: { observe: () => undefined } },
    ring: { write: (...parts) => void kept.push(parts.join('')) },
  })
  const none = { has: [] }
  const facts = { caller: { roles: none, groups: none, scopes: none, claims: { office: 'head' } } }
  recorder.record({ ...event, policies: [{ rule: 'policy', allowed: false, held: ['evening'] }], facts })
  recorder.flush()
  assert.match(kept.join(), /"office":"head"/)
  assert.doesNotMatch((await lines()).join(), /office|evening/)
})

test('messages and calls stand in the order in which they were written', async t => {
  const { log, lines } = await logFile(t)
  log.call(event, JSON.stringify(event))
  log.logger.info('reloaded')
  log.call(event, JSON.stringify(event))
  assert.deepEqual(
    (await lines()).map(line => JSON.parse(line).msg),
    ['call', 'reloaded', 'call'],
  )
})

test('a message masks what is named like a secret, and a Secret is never shown', async t => {
  const { log, lines } = await logFile(t, { level: 'trace' })
  log.logger.debug(
    { token: 's3cret', upstream: { password: 's3cret', authorization: 's3cret' }, key: new Secret('s3cret') },
    'asked',
  )
  assert.doesNotMatch((await lines()).join('\n'), /s3cret/)
})

test('close writes what is left before it returns', async t => {
  const { path, log } = await logFile(t)
  log.call(event, JSON.stringify(event))
  log.close()
  assert.match(await readFile(path, 'utf8'), /"msg":"call"/)
})

test('calls are not logged above their level', async t => {
  const { log, lines } = await logFile(t, { level: 'warn' })
  log.call(event, JSON.stringify(event))
  log.logger.warn('careful')
  assert.equal((await lines()).length, 1)
})

test('only the owner may read the log, also where the file stood there before', {
  skip: process.platform === 'win32',
}, async t => {
  const { folder, path, log } = await logFile(t)
  log.close()
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  const old = join(folder, 'old.log')
  await writeFile(old, '', { mode: 0o644 })
  openLog({ to: old, level: 'info', pretty: false, onError: assert.fail }).close()
  assert.equal((await stat(old)).mode & 0o777, 0o600)
})

test('a full disk is reported and holds nobody up, and a device stays as open to others as it was', {
  skip: process.platform !== 'linux',
}, async () => {
  const device = '/dev/full'
  const { mode } = await stat(device)
  const told: string[] = []
  const log = openLog({ to: device, level: 'info', pretty: false, onError: error => told.push(error.message) })
  log.call(event, JSON.stringify(event))
  await assert.rejects(log.flush(), { code: 'ENOSPC' })
  log.call(event, JSON.stringify(event))
  log.close()
  assert.match(told.join(), /ENOSPC/)
  assert.equal((await stat(device)).mode, mode)
})

test('a log file that cannot be opened is an error at once', async t => {
  const { folder } = await logFile(t)
  assert.throws(() => openLog({ to: folder, level: 'info', pretty: false, onError: assert.fail }), { code: 'EISDIR' })
})

test('for a terminal a call is one line that says who, what, how it ended, and the id to explain it by', async t => {
  const { log, lines } = await logFile(t, { pretty: true })
  log.call(event, JSON.stringify(event))
  log.logger.warn({ file: 'sallyport.yaml' }, 'not taken up')
  const [call = '', message = ''] = (await lines()).map(line => stripVTControlCharacters(line))
  assert.equal(call, `03:04:05  GET /warehouse/items  403 scope-missing  alice  1.5 ms ${event.id}`)
  assert.match(message, /warning {2}not taken up {2}file="sallyport.yaml"$/)
})

test('no caller can write to the terminal of who reads the log', async t => {
  const { log, lines } = await logFile(t, { pretty: true })
  const forged = { ...event, user: { issuer: 'i', subject: 'bob\x1b]0;owned\x07\nGET /fine  200' } }
  log.call(forged, JSON.stringify(forged))
  const [call = '', ...others] = await lines()
  assert.deepEqual(others, [])
  assert.doesNotMatch(call, /\x07|\x1b\]/)
  assert.match(call, /bob\\u\{1b\}\]0;owned/)
})

test('nothing is written where the log is off', () => {
  const { logger, call, close } = openLog({ to: 'off', level: 'info', pretty: false, onError: assert.fail })
  logger.error('nobody hears this')
  call(event, JSON.stringify(event))
  close()
})

test('the recorder gives the ring and the log the event in JSON, and the metrics the event', () => {
  const told: unknown[] = []
  const recorder = createRecorder({
    ring: { write: (...parts) => told.push(JSON.parse(parts.join(''))) },
    log: { call: (_, ...parts) => told.push(JSON.parse(parts.join(''))), logger: { warn: assert.fail } },
    metrics: { observe: seen => told.push(seen) },
  })
  recorder.record(event)
  assert.deepEqual(told, [], 'not before the turn ends')
  recorder.flush()
  assert.deepEqual(told, [event, event, event])
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { redis } from '@sallyport/sdk'
import { startBackend } from '../harness/backend.ts'
import { certificateFor } from '../harness/certificate.ts'
import { folderWith, sallyport } from '../harness/command.ts'
import { countedYaml } from '../harness/counted.ts'
import { startGateway } from '../harness/gateway.ts'
import { usersFile } from '../harness/keys.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { freePort, missingRedis, startRedis } from '../harness/redis.ts'

const skip = missingRedis() ?? false
const backend = await startBackend({ after })
const files = { 'users.yaml': await usersFile({ alice: 'right' }) }
const password = 'redis-p4ssword-3f9a'

/** What is wrong, the setting that is blamed, and a part of what is said of it. */
const wrong: readonly (readonly [settings: string, at: string, said: string])[] = [
  ['{ redis: redis://counters.example.com }', '.redis', 'plain Redis beyond this machine is refused: use rediss://'],
  ['{ redis: redis://10.0.0.1:6379/0 }', '.redis', 'plain Redis beyond this machine is refused'],
  ['{ redis: http://127.0.0.1:6379 }', '.redis', 'needs the URL of a Redis'],
  ['{ redis: redis://127.0.0.1/first }', '.redis', 'needs the URL of a Redis'],
  ['{ redis: "redis://127.0.0.1/0?tls=no" }', '.redis', 'needs the URL of a Redis'],
  ['{ redis: "redis://a:%zz@127.0.0.1" }', '.redis', 'needs the URL of a Redis'],
  [`{ redis: "redis:///${password}" }`, '.redis', 'needs the URL of a Redis'],
  ['{ redis: 6379 }', '.redis', 'must be'],
  ['{ redis: redis://127.0.0.1, ca: ./ca.pem }', '.ca', 'goes with rediss://'],
  ['{ redis: rediss://127.0.0.1, ca: ./empty.pem }', '.ca', 'needs certificates in PEM'],
  ['{ redis: redis://127.0.0.1, whenDown: allow }', '.whenDown', 'unknown value'],
  ['{ redis: redis://127.0.0.1, prefix: "a b" }', '.prefix', 'needs a name'],
  ['{ redis: redis://127.0.0.1, timeout: 0s }', '.timeout', 'must be more than nothing'],
  ['{ redis: redis://127.0.0.1, lease: 10ms }', '.lease', 'must be at least 1s'],
  ['{ redis: redis://127.0.0.1, retries: 5 }', '.retries', 'unknown key'],
  ['{ whenDown: memory }', '', 'missing key "redis"'],
]

test('settings that are wrong load no gateway, at their place, and no password is repeated', async t => {
  const { cert } = await certificateFor('IP:127.0.0.1')
  for (const [settings, at, said] of wrong) {
    const own = { ...files, 'ca.pem': cert, 'empty.pem': '' }
    const mistakes = await mistakesOf(t, countedYaml(backend.url, settings), { files: own })
    const [mistake = ''] = mistakes
    assert.ok(mistake.startsWith(`gateway.counters${at}: ${said}`), `${settings}: ${mistakes}`)
    assert.ok(!mistakes.join().includes(password), settings)
  }
})

test('plain Redis beyond this machine loads where that is written out', async t => {
  const counters = '{ redis: redis://192.0.2.1, allowPlainRedis: true, whenDown: memory }'
  const gateway = await startGateway(t, countedYaml(backend.url, counters), { files })
  assert.equal((await gateway.call('/shop/open')).status, 200)
})

test('the framework judges its settings alike, where they are declared', () => {
  const declared: readonly (readonly [string, Parameters<typeof redis>[1], RegExp])[] = [
    [`redis://me:${password}@counters.example.com`, {}, /^counters\.redis: plain Redis beyond this machine is refused/],
    [`http://me:${password}@127.0.0.1`, {}, /^counters: needs the URL of a Redis/],
    ['redis://127.0.0.1', { ca: 'x' }, /^counters\.ca: goes with rediss/],
    ['redis://127.0.0.1', { timeout: 'soon' }, /^counters\.timeout: needs a duration/],
    ['redis://127.0.0.1', { lease: '1ms' }, /^counters\.lease: must be at least 1s/],
    ['redis://127.0.0.1', { prefix: '' }, /^counters\.prefix: needs a name/],
  ]
  for (const [url, options, message] of declared) {
    assert.throws(
      () => redis(url, options),
      error => {
        assert.ok(error instanceof TypeError)
        assert.match(error.message, message)
        return !error.message.includes(password)
      },
    )
  }
  redis('redis://counters.example.com', { allowPlainRedis: true })
  redis('rediss://counters.example.com')
})

test('check shows nothing of a password for Redis, and warns of one that stands in the file', async t => {
  const yaml = countedYaml(backend.url, `{ redis: "rediss://me:${password}@counters.example.com" }`)
  const folder = await folderWith(t, { 'sallyport.yaml': yaml, ...files })
  const printed = await sallyport(folder, ['check', '--print'])
  assert.match(printed.out, /redis: "\[secret\]" # .*sallyport\.yaml:3/)
  const checked = await sallyport(folder, ['check'])
  assert.match(checked.out + checked.err, /a secret stands in the file as it is/)
  for (const { out, err } of [printed, checked]) assert.ok(!(out + err).includes(password))
})

test('over TLS the certificate must be vouched for, and a password opens', { skip }, async t => {
  const [good, bad] = [await certificateFor('DNS:localhost'), await certificateFor('DNS:localhost')]
  const folder = await folderWith(t, { 'cert.pem': good.cert, 'key.pem': good.key })
  const tls = [
    '--tls-cert-file',
    `${folder}/cert.pem`,
    '--tls-key-file',
    `${folder}/key.pem`,
    '--tls-auth-clients',
    'no',
  ]
  const port = await freePort()
  await startRedis(t, [...tls, '--tls-port', String(port), '--requirepass', password])
  const statusOf = async (url: string, ca: string) => {
    const counters = `{ redis: "${url}", ca: ./ca.pem, timeout: 1m }`
    const env = { REDIS_URL: `rediss://:${password}@localhost:${port}`, WRONG: `rediss://:wrong@localhost:${port}` }
    const gateway = await startGateway(t, countedYaml(backend.url, counters), {
      files: { ...files, 'ca.pem': ca },
      env,
    })
    const { status } = await gateway.call('/shop/few')
    return [status, gateway.events[0]?.refusal?.reason]
  }
  assert.deepEqual(await statusOf('${REDIS_URL}', good.cert), [200, undefined])
  assert.deepEqual(await statusOf('${REDIS_URL}', bad.cert), [503, 'Redis: DEPTH_ZERO_SELF_SIGNED_CERT'])
  assert.deepEqual(await statusOf('${WRONG}', good.cert), [503, 'Redis: it answered WRONGPASS'])
})

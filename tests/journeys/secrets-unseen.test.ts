import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Answer, startBackend } from '../harness/backend.ts'
import { folderWith, up } from '../harness/command.ts'
import { basicOf, keysFile, newKey, usersFile } from '../harness/keys.ts'
import { speak } from '../harness/raw.ts'
import { secretToken, testIssuer } from '../harness/tokens.ts'

/** What the gateway keeps to itself, and goes out to the backend. */
const upstreamSecrets = {
  HEADER: 'upstream-header-secret-1',
  QUERY: 'upstream-query-secret-2',
  PASSWORD: 'upstream-password-secret-3',
  BEARER: 'upstream-bearer-secret-4',
}

const sharedSecret = randomBytes(48).toString('base64')

const api = (name: string, to: string, credential: string) => `
  ${name}:
    path: /${name}
    identify:
      any: [{ jwt: staff }, { jwt: { issuer: shared, query: access_token } }, { apiKey: { header: X-API-Key } },
        { apiKey: { cookie: key } }, { basic: {} }]
    authorize: anyone
    inspect: { csrf: off }
    protect: { errors: { log: true } }
    limit: { burst: { allow: 1000/second, per: application } }
    forward: { to: "${to}", credential: ${credential}, caller: { header: X-Caller } }`

const yaml = (to: string, dead: string) => `
sallyport: 1
gateway: { http: 0, management: 0, log: ./calls.log }
issuers:
  staff: { issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }
  shared: { issuer: https://shared.example.com, audience: warehouse, keys: { secret: "${sharedSecret}" } }
apiKeys: ./keys.yaml
users: ./users.yaml
apis:
${api('header', to, '{ header: { X-Upstream-Key: "${HEADER}" } }')}
${api('query', to, '{ query: { key: "${QUERY}" } }')}
${api('basic', to, '{ basic: { username: shop, password: "${PASSWORD}" } }')}
${api('bearer', to, '{ bearer: "${BEARER}" }')}
${api('dead', dead, '{ bearer: "${BEARER}" }')}
`

/** Fails, and tells all that it was sent, as pages for developers do. */
const failing: Answer = ({ url, headers }, response) => {
  const asText = headers.map(field => field.join(': ')).join('\n')
  response.writeHead(500, { 'Content-Type': url.includes('text') ? 'text/plain' : 'application/json' })
  response.end(
    url.includes('text') ? `${url}\n${asText}` : JSON.stringify({ url, headers: Object.fromEntries(headers) }),
  )
}

/** Every file below a folder, but for those whose job is to hold secrets. */
async function textsBelow(folder: string): Promise<string[]> {
  const kept = [
    'jwks.json',
    'keys.yaml',
    'users.yaml',
    'sallyport.yaml',
    'caller.key',
    'gateway.secret',
    'operator.key',
    'vault.key',
  ]
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile() && !kept.includes(entry.name))
  return Promise.all(files.map(entry => readFile(join(entry.parentPath, entry.name), 'latin1')))
}

/** A gateway with every kind of credential, and the credentials by what they are presented as. */
async function start(t: TestContext) {
  const backend = await startBackend(t, failing)
  const issuer = await testIssuer()
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now, exp: now + 600 }
  const keys = { good: newKey(), expired: newKey({ expires: '2001-01-01T00:00:00Z' }) }
  const passwords = { alice: 'correct-password-secret-6' }
  const folder = await folderWith(t, {
    'sallyport.yaml': yaml(backend.url, 'http://127.0.0.1:1'),
    'jwks.json': issuer.jwks,
    'keys.yaml': keysFile(keys),
    'users.yaml': await usersFile(passwords),
  })
  const gateway = await up(t, folder, [], { env: { ...upstreamSecrets } })
  const shared = await secretToken(sharedSecret, { iss: 'https://shared.example.com', ...times })
  const tokens = {
    good: await issuer.token(times),
    expired: await issuer.token({ iat: now - 900, exp: now - 600 }),
    shared,
    tampered: `${shared.slice(0, -4)}AAAA`,
  }
  return { gateway, folder, backend, keys, passwords, tokens }
}

test('[A47] no credential of any kind shows in the log, the records, a response or on the terminal', async t => {
  const { gateway, folder, backend, keys, passwords, tokens } = await start(t)
  const wrong = 'wrong-password-secret-7'
  const presented: readonly (readonly [query: string, headers: Readonly<Record<string, string>>])[] = [
    ['', { Authorization: `Bearer ${tokens.good}` }],
    ['', { Authorization: `Bearer ${tokens.expired}` }],
    [`?access_token=${tokens.shared}&q=1`, {}],
    [`?access_token=${tokens.tampered}`, {}],
    ['', { 'X-API-Key': keys.good.key }],
    ['', { 'X-API-Key': keys.expired.key }],
    ['', { 'X-API-Key': `${keys.good.key}x` }],
    ['', { Cookie: `key=${keys.good.key}; theme=dark` }],
    ['', basicOf('alice', passwords.alice)],
    ['', basicOf('alice', wrong)],
  ]
  const said: string[] = []
  for (const name of ['header', 'query', 'basic', 'bearer', 'dead', 'nowhere']) {
    for (const [query, headers] of presented) {
      for (const path of ['items', 'text']) {
        const response = await gateway.call(`/${name}/${path}${query}`, { headers })
        said.push(JSON.stringify([...response.headers]), await response.text())
      }
    }
  }
  // What cannot even be read, with a secret in every part that a message could repeat.
  const token = tokens.good
  const broken = [
    `GET /header/items?access_token=${token}#x HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`,
    `GET /header/items HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ${token}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    `GET /header/items HTTP/1.1\r\nHost: g\r\nAuthorization : Bearer ${token}\r\n\r\n`,
    `GET http://alice:${passwords.alice}@g/header/items HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`,
    `GET alice:${passwords.alice}@g HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`,
    `GET /header/items HTTP/1.1\r\nHost: alice:${passwords.alice}@g\r\nConnection: close\r\n\r\n`,
    `${token} /header/items HTTP/1.1\r\nHost: g\r\n\r\n`,
  ]
  for (const bytes of broken) said.push((await speak(gateway.url, bytes)).toString('latin1'))
  gateway.signal('SIGTERM')
  assert.equal(await gateway.ended, 0)

  const sent = JSON.stringify(backend.received)
  for (const secret of Object.values(upstreamSecrets)) {
    assert.ok(sent.includes(secret) || secret === upstreamSecrets.PASSWORD, 'they were used')
  }
  const texts = [...said, gateway.out.text, gateway.err.text, ...(await textsBelow(folder))]
  assert.ok(
    texts.some(text => text.includes('"msg":"call"')),
    'the log is among what is looked at',
  )
  assert.ok(
    texts.some(text => text.includes('the service behind answered 500: ')),
    'and in it what the backend said',
  )
  assert.ok(!texts.some(text => /eyJ[\w-]+\.eyJ/.test(text)), 'nor does the token that tells the backend who calls')
  const encoded = Buffer.from(`alice:${passwords.alice}`).toString('base64')
  const secrets = {
    ...upstreamSecrets,
    basicPair: Buffer.from(`shop:${upstreamSecrets.PASSWORD}`).toString('base64'),
    ...{ sharedSecret, wrong, encoded, password: passwords.alice, key: keys.good.key, expiredKey: keys.expired.key },
    ...tokens,
    signature: tokens.good.split('.')[2] ?? '',
    payload: tokens.good.split('.')[1] ?? '',
  }
  for (const [name, secret] of Object.entries(secrets)) {
    const leak = texts.find(text => text.includes(secret))
    assert.equal(leak, undefined, `${name} shows`)
  }
})

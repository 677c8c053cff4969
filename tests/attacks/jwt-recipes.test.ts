import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { SignJWT } from 'jose'
import { type Backend, startBackend } from '../harness/backend.ts'
import { noon, startGateway, type TestGateway } from '../harness/gateway.ts'
import { problemOf } from '../harness/problem.ts'
import { goodClaims, testIssuer } from '../harness/tokens.ts'
import { forge, type Loot, type Recipe } from './jwt/forge.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

const past = { iat: noon / 1000 - 7200, exp: noon / 1000 - 1 }

/** A server that an attacker would like the gateway to ask. `connections` counts who came. */
async function startListener(t: TestContext) {
  let connections = 0
  const server = createServer(socket => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { host: `127.0.0.1:${port}`, connections: () => connections }
}

const yaml = (to: string, keys: object, algorithms: readonly string[]) =>
  JSON.stringify({
    sallyport: 1,
    gateway: { http: 0, guessing: { perIp: '1000000/minute' } },
    issuers: { staff: { issuer: goodClaims.iss, audience: 'warehouse', keys, algorithms } },
    apis: { warehouse: { path: '/warehouse', identify: { jwt: 'staff' }, authorize: 'anyone', forward: { to } } },
  })

interface Door {
  readonly gateway: TestGateway
  readonly backend: Backend
  readonly loot: Pick<Loot, 'token' | 'expired' | 'pem' | 'stride'>
  /** What must not have changed when all is over. */
  unchanged?(): void
}

async function publicDoor(t: TestContext, alg: string, byUrl: boolean): Promise<Door> {
  const issuer = await testIssuer(alg)
  const backend = await startBackend(t)
  const keyServer = await startBackend(t, (_, response) => response.end(issuer.jwks))
  const keys = byUrl ? { jwks: keyServer.url } : { file: './jwks.json' }
  const gateway = await startGateway(t, yaml(backend.url, keys, [alg]), { files: { 'jwks.json': issuer.jwks } })
  const loot = { token: await issuer.token(), expired: await issuer.token(past), pem: issuer.pem, stride: 1000 }
  const unchanged = () => assert.equal(keyServer.received.length, byUrl ? 1 : 0, 'the key set is fetched once')
  return { gateway, backend, loot, unchanged }
}

async function secretDoor(t: TestContext): Promise<Door> {
  const secret = randomBytes(48)
  const backend = await startBackend(t)
  const env = { JWT_SECRET: secret.toString('base64') }
  const gateway = await startGateway(t, yaml(backend.url, { secret: `\${JWT_SECRET}` }, ['HS256']), { env })
  const token = (claims: object) =>
    new SignJWT({ ...goodClaims, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(Buffer.from(env.JWT_SECRET))
  const { pem } = await testIssuer('RS256')
  return { gateway, backend, loot: { token: await token({}), expired: await token(past), pem, stride: 200 } }
}

const doors: Readonly<Record<string, (t: TestContext) => Promise<Door>>> = {
  'an RS256 key set in a file': t => publicDoor(t, 'RS256', false),
  'an RS256 key set behind a URL': t => publicDoor(t, 'RS256', true),
  'an ES256 key set in a file': t => publicDoor(t, 'ES256', false),
  'an HS256 secret': secretDoor,
}

const call = (gateway: TestGateway, token: string | undefined) =>
  gateway.call('/warehouse/items', token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } })

/** 401 with a challenge and a problem that gives nothing back of what was sent. */
async function assertRefused({ gateway }: Door, token: string | undefined, id: string): Promise<void> {
  const response = await call(gateway, token)
  assert.equal(response.status, 401, `${id}: ${token}`)
  assert.match(response.headers.get('WWW-Authenticate') ?? '', /^Bearer /)
  const problem = await problemOf(response)
  const told = JSON.stringify([problem, ...response.headers])
  for (const secret of [...(token?.split('.') ?? []), 'alice', 'admin', 'order_item']) {
    assert.ok(secret === '' || !told.includes(secret), `${id}: the answer shows ${secret}`)
  }
}

for (const [name, open] of Object.entries(doors)) {
  test(`every recipe of the attackers' playbook is refused before ${name}`, async t => {
    if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
    const door = await open(t)
    const listener = await startListener(t)
    const recipes = outsideCases<Recipe>('jwt-attacks', 'recipes.jsonl')
    assert.equal((await call(door.gateway, door.loot.token)).status, 200, 'the token that is attacked is good')
    let tokens = 0
    for (const recipe of recipes) {
      const forged = forge(recipe, { ...door.loot, listener: listener.host })
      for (const token of forged) await assertRefused(door, token, recipe.id)
      tokens += forged.length
    }
    assert.equal(door.backend.received.length, 1, 'only the good token reached the backend')
    assert.equal(listener.connections(), 0, 'nobody asked the attacker')
    door.unchanged?.()
    const remembered = JSON.stringify(door.gateway.events)
    assert.ok(!remembered.includes(door.loot.token.split('.')[2] ?? '-'), 'no record shows a signature')
    t.diagnostic(`${recipes.length} recipes, ${tokens} tokens`)
  })
}

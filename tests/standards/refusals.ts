import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProblemCode } from '@sallyport/core'
import { z } from 'zod'
import { noon } from '../harness/gateway.ts'
import { basicOf } from '../harness/keys.ts'
import { mintFor } from '../harness/magic.ts'
import { sendRaw } from './raw.ts'
import type { Stand } from './stand.ts'

type Provoke = (stand: Stand) => Promise<Response>

const get =
  (path: string, headers: Readonly<Record<string, string>> = {}): Provoke =>
  ({ gateway }) =>
    gateway.call(path, { headers })

const post =
  (path: string, body: string, type = 'application/json'): Provoke =>
  ({ gateway }) =>
    gateway.call(path, { method: 'POST', body, headers: { 'Content-Type': type } })

/** A call that changes something, as pages make it. */
const page =
  (headers: Readonly<Record<string, string>>): Provoke =>
  ({ gateway }) =>
    gateway.call('/pages/', { method: 'POST', headers })

/** The head of a request, sent as it is. */
const raw =
  (first: string, ...fields: readonly string[]): Provoke =>
  ({ gateway }) =>
    sendRaw(gateway.url, first, ...fields)

const host = 'Host: 127.0.0.1'

/** With a token of alice's, who may list items. */
const asAlice =
  (path: string, claims: object = {}): Provoke =>
  async ({ gateway, issuer }) =>
    gateway.call(path, { headers: { Authorization: `Bearer ${await issuer.token({ ...claims })}` } })

/** Changes a thing, as alice. */
const asOwner =
  (method: string): Provoke =>
  async ({ gateway, issuer }) =>
    gateway.call('/owned/1', { method, headers: { Authorization: `Bearer ${await issuer.token({})}` } })

/** While another call creates it, whose upstream is still asked whether it is there. */
async function meanwhile(stand: Stand): Promise<Response> {
  const first = asOwner('PUT')(stand)
  await stand.asking
  const second = await asOwner('PUT')(stand)
  stand.gateway.clock.advance(31_000)
  await (await first).text()
  return second
}

const twice =
  (provoke: Provoke): Provoke =>
  async stand => {
    await (await provoke(stand)).text()
    return provoke(stand)
  }

const manage =
  (path: string, ...fields: readonly string[]): Provoke =>
  ({ gateway, operatorKey }) => {
    const { management } = gateway.running
    const known = fields.map(field => field.replace('KEY', operatorKey))
    return sendRaw(management, `GET ${path} HTTP/1.1`, `Host: ${new URL(management).host}`, ...known)
  }

const operator = 'Authorization: Bearer KEY'

async function late({ gateway, hanging }: Stand): Promise<Response> {
  const answer = gateway.call('/silent/')
  await hanging
  gateway.clock.advance(31_000)
  return answer
}

/** With a magic token that permits one call. */
const withToken =
  (path: string, scheme = 'Bearer'): Provoke =>
  async ({ gateway }) => {
    const made = await mintFor(gateway, { api: 'tokens', allowed: ['GET /user'] })
    const { token } = z.object({ token: z.string() }).parse(await made.json())
    return gateway.call(path, { headers: { Authorization: `${scheme} ${token}` } })
  }

/** While the list of revocations is away. */
const withoutList =
  (provoke: Provoke): Provoke =>
  async stand => {
    const list = join(stand.gateway.folder, 'data', 'revocations.jsonl')
    await rename(list, `${list}.away`)
    await stand.gateway.running.poll()
    const response = await provoke(stand)
    await rename(`${list}.away`, list)
    await stand.gateway.running.poll()
    return response
  }

/** How to meet each refusal. */
export const provocations: Partial<Readonly<Record<ProblemCode, Provoke>>> = {
  'request-malformed': raw('GET /warehouse/items HTTP/1.1', host, 'Content-Type: a/b', 'Content-Type: c/d'),
  'target-malformed': raw('GET /warehouse/../items HTTP/1.1', host),
  'target-ambiguous': raw('GET /files/a%2Fb HTTP/1.1', host),
  'body-malformed': post('/rpc/', '{'),
  'header-mismatch': ({ gateway }) =>
    gateway.call('/mcp/', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Mcp-Method': 'tools/list' },
      body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    }),
  'operation-unknown': post('/mcp/', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"drop_all"}}'),
  'address-refused': get('/elsewhere/'),
  'route-unknown': get('/nowhere'),
  'method-unknown': get('/warehouse/orders'),
  'body-too-large': post('/small/', 'x'.repeat(11)),
  'media-unsupported': post('/rpc/', '{}', 'text/plain'),
  'expectation-failed': raw('GET /open HTTP/1.1', host, 'Expect: the-unexpected'),
  'host-unknown': raw('GET /warehouse/items HTTP/1.1', 'Host: other.example.com'),
  'headers-too-large': raw('GET /warehouse/items HTTP/1.1', host, `X: ${'x'.repeat(20_000)}`),
  'method-unsupported': raw('TRACE /warehouse/items HTTP/1.1', host),
  'upgrade-unsupported': raw('GET /warehouse/items HTTP/1.1', host, 'Connection: Upgrade', 'Upgrade: websocket'),
  'credential-missing': get('/warehouse/items'),
  'credential-bad': get('/warehouse/items', { Authorization: 'Bearer x' }),
  'credential-expired': asAlice('/warehouse/items', { iat: noon / 1000 - 2, exp: noon / 1000 - 1 }),
  'proof-bad': withToken('/tokens/user', 'DPoP'),
  'credential-refused-here': stand => get('/keys/', { 'X-API-Key': stand.strayKey })(stand),
  'token-unavailable': withoutList(withToken('/tokens/user')),
  'not-permitted': withToken('/tokens/admin'),
  'issuer-unavailable': asAlice('/gone/', { iss: 'https://gone.example.com' }),
  'scope-missing': asAlice('/warehouse/items', { scope: 'other' }),
  'role-missing': asAlice('/warehouse/office'),
  'policy-refuses': asAlice('/warehouse/judged'),
  'outside-refuses': get('/denied/'),
  'outside-unavailable': get('/undecided/'),
  'not-allowed': asAlice('/warehouse/either'),
  'not-owned': asOwner('DELETE'),
  'change-under-way': meanwhile,
  'origin-not-allowed': page({ Origin: 'https://evil.example.com' }),
  'threat-found': get('/watched/?id=1%27%20or%201=1--'),
  'csrf-token-missing': page({}),
  'csrf-token-bad': page({ 'X-CSRF-Token': 'x' }),
  'signature-bad': get('/signed/'),
  'keys-unavailable': get('/keyless/', {
    'Signature-Input': `sig1=("@method" "@authority" "@path");created=${noon / 1000};keyid="one"`,
    Signature: 'sig1=:AAAA:',
  }),
  'decryption-failed': post('/sealed/', '{}'),
  'recipient-unknown': get('/sealing/'),
  'limit-exceeded': twice(asAlice('/warehouse/scarce')),
  'attempts-exceeded': twice(get('/users/', basicOf('mallory', 'guess'))),
  'not-cached': get('/kept/', { 'Cache-Control': 'only-if-cached' }),
  'answer-invalid': get('/signing/'),
  'upstream-unreachable': get('/unreachable/'),
  'upstream-broken': get('/broken/'),
  'upstream-failed': get('/failed/'),
  'upstream-timeout': late,
  'door-refused': ({ gateway }) => fetch(`${gateway.running.decisions.envoy}/warehouse/items`),
  'operator-unknown': manage('/api/v1/calls'),
  'origin-refused': manage('/api/v1/calls', 'Origin: https://evil.example.com', operator),
  'input-invalid': manage('/api/v1/calls?last=none', operator),
  'call-unknown': manage(`/api/v1/calls/${'0'.repeat(32)}`, operator),
}

/** Those that no test can meet from outside, and why. */
export const unmet: Partial<Readonly<Record<ProblemCode, string>>> = {
  'request-timeout': "the listener's own patience ends a slow request, by the clock on the wall",
  'length-required': 'nothing asks for a length yet',
  'caller-gone': 'there is nobody left to read it',
  'limit-unavailable': 'counters in memory are always there; journeys/counters-down has them in Redis',
  overloaded: 'it takes more than a thousand calls that wait',
  internal: 'it would be a fault of ours',
}

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { loadConfiguration } from '@sallyport/config'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { corpora, outsideCases } from './jwt/outside.ts'

interface Case {
  readonly id: string
  readonly comment: string
  readonly expected: 'accept' | 'reject'
  readonly jws?: unknown
  readonly key_public?: object
  readonly key_private?: object
}

/** A key document, and whether its keys are secrets. */
interface Keys {
  readonly text: string
  readonly algorithms: readonly string[] | undefined
}

/** Cases that are refused though the set wants them accepted, each with its reason. */
const deviations: Readonly<Record<string, string>> = {
  'json_web_signature#351': 'the key says alg ES521, which is no algorithm: a key with an alg is for that alg alone',
  'json_web_signature#357': 'the secret is 32 zero bytes',
  'json_web_signature#373':
    'the payload holds "?", which is not base64url (RFC 7515 section 2); the secret is zeros too',
  'json_web_signature#377': 'the secret is 32 zero bytes',
}

/**
 * Most payloads are no claims sets, so even a token that is rightly signed ends in a 401. Its record tells how far it came: only
 * after the signature was found good is the payload read.
 */
const signatureHeld = /^(?:malformed: the payload isn't (?:strict JSON|a JSON object)|claim: |expired: |not-yet: )/

function keysOf({ key_public, key_private }: Case): Keys {
  const text = JSON.stringify(key_public ?? key_private)
  return { text, algorithms: /"kty":"oct"/.test(text) ? ['HS256', 'HS384', 'HS512'] : undefined }
}

const issuerOf = (file: string, { algorithms }: Keys) => ({
  ...{ issuer: 'any', audience: 'any', expiry: 'ignored', idToken: true, keys: { file } },
  ...(algorithms && { algorithms }),
})

const configuration = (documents: ReadonlyMap<string, Keys>, to: string) => {
  const names = [...documents.keys()]
  const issuers = [...documents].map(([name, keys]) => [name, issuerOf(`./${name}.json`, keys)] as const)
  const apis = names.map(name => [
    name,
    { path: `/${name}`, identify: { jwt: name }, authorize: 'anyone', forward: { to } },
  ])
  const gateway = { http: 0, guessing: { perIp: '1000000/minute' } }
  const all = { sallyport: 1, gateway, issuers: Object.fromEntries(issuers), apis: Object.fromEntries(apis) }
  return JSON.stringify(all)
}

/** Whether these keys alone make an issuer that loads. */
async function loads(keys: Keys): Promise<boolean> {
  const yaml = configuration(new Map([['only', keys]]), 'http://127.0.0.1:9')
  const { result } = await loadConfiguration(['/sallyport.yaml'], {
    ...{ env: {}, jwks: {}, secret: async () => undefined },
    readFile: async path => (path === '/sallyport.yaml' ? yaml : keys.text),
  })
  return !('mistakes' in result)
}

/** The name under which each document of keys stands in one gateway; those that do not load have none. */
async function namesOf(cases: readonly Case[]): Promise<Map<string, { name: string; keys: Keys }>> {
  const names = new Map<string, { name: string; keys: Keys }>()
  const refused = new Set<string>()
  for (const keys of cases.map(keysOf)) {
    if (names.has(keys.text) || refused.has(keys.text)) continue
    if (await loads(keys)) names.set(keys.text, { name: `k${names.size}`, keys })
    else refused.add(keys.text)
  }
  return names
}

async function acceptedOf(t: TestContext, cases: readonly Case[]) {
  const names = await namesOf(cases)
  const backend = await startBackend(t)
  const documents = new Map([...names.values()].map(({ name, keys }) => [name, keys]))
  const files = Object.fromEntries([...documents].map(([name, { text }]) => [`${name}.json`, text]))
  const gateway = await startGateway(t, configuration(documents, backend.url), { files })
  const accepted = new Set<string>()
  let unloaded = 0
  for (const one of cases) {
    const name = names.get(keysOf(one).text)?.name
    if (name === undefined) {
      unloaded += 1
      continue
    }
    const token = typeof one.jws === 'string' ? one.jws : JSON.stringify(one.jws)
    const response = await gateway.call(`/${name}/`, { headers: { Authorization: `Bearer ${token}` } })
    await response.text()
    const event = gateway.events.find(({ id }) => id === response.headers.get('Sallyport-Call-Id'))
    const isAccepted = response.status === 200 || signatureHeld.test(event?.refusal?.reason ?? '')
    assert.ok(response.status === 200 || response.status === 401, `${one.id}: ${response.status}`)
    if (isAccepted) accepted.add(one.id)
  }
  return { accepted, unloaded, forwarded: backend.received.length }
}

for (const name of ['json_web_signature', 'json_web_key', 'json_web_crypto']) {
  test(`Wycheproof's ${name}, each token before a route that trusts its key alone, is decided as it wants`, async t => {
    if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
    const cases = outsideCases<Case>('jose-wycheproof', `${name}.jsonl`).filter(({ jws }) => jws !== undefined)
    const { accepted, unloaded, forwarded } = await acceptedOf(t, cases)
    const wrong = cases.filter(({ id, expected }) => accepted.has(id) !== (expected === 'accept'))
    assert.deepEqual(
      wrong.map(({ id }) => id),
      Object.keys(deviations).filter(id => id.startsWith(`${name}#`)),
    )
    assert.deepEqual(
      wrong.filter(({ expected }) => expected === 'reject'),
      [],
      'nothing is accepted that must not be',
    )
    t.diagnostic(`${cases.length} cases: ${accepted.size} signatures held, ${forwarded} calls went on`)
    t.diagnostic(`${unloaded} cases have keys that do not load; ${wrong.length} deviations`)
  })
}

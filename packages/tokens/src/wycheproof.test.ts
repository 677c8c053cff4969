import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BadToken } from './bad-token.ts'
import type { SecretsAllowed } from './jwk.ts'
import { parseJws, verifySignature } from './jws.ts'
import { chooseKeys } from './key-set.ts'
import { readJwks } from './read-keys.ts'
import { BadKey } from './verification-key.ts'

const corpora = process.env.SALLYPORT_CORPORA

interface Case {
  readonly id: string
  readonly comment: string
  readonly expected: 'accept' | 'reject'
  readonly jws?: unknown
  readonly key_public?: unknown
  readonly key_private?: unknown
}

/** Cases that we decide otherwise on purpose, each with its reason. */
const deviations: ReadonlyMap<string, string> = new Map([
  ['json_web_signature#351', 'the key says alg ES521, which is no algorithm: a key with an alg is for that alg alone'],
  ['json_web_signature#357', 'the secret is 32 zero bytes'],
  [
    'json_web_signature#373',
    'the payload holds "?", which is not base64url (RFC 7515 section 2); the secret is zeros too',
  ],
  ['json_web_signature#377', 'the secret is 32 zero bytes'],
])

/** With secrets that can be guessed let by, these are accepted as the set wants. */
const onlyWeak: readonly string[] = ['json_web_signature#357', 'json_web_signature#377']

function readCases(directory: string, name: string): Case[] {
  const lines = readFileSync(join(directory, 'jose-wycheproof', `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
  return lines.map(line => JSON.parse(line))
}

function isAccepted({ jws, key_public, key_private }: Case, secrets: SecretsAllowed): boolean {
  try {
    const set = readJwks(JSON.stringify(key_public ?? key_private), secrets)
    const parsed = parseJws(typeof jws === 'string' ? jws : JSON.stringify(jws))
    return chooseKeys(set, parsed.kid, parsed.alg).some(key => verifySignature(parsed, key))
  } catch (error) {
    if (error instanceof BadToken || error instanceof BadKey) return false
    throw error
  }
}

for (const name of ['json_web_signature', 'json_web_key', 'json_web_crypto']) {
  test(`Wycheproof's ${name} is decided as it wants, but for the deviations that are listed`, t => {
    if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
    const cases = readCases(corpora, name).filter(one => one.jws !== undefined)
    assert.ok(cases.length > 0)
    const wrong = cases.filter(one => isAccepted(one, 'strong') !== (one.expected === 'accept'))
    const unexplained = wrong.filter(one => !deviations.has(one.id)).map(one => `${one.id} ${one.comment}`)
    assert.deepEqual(unexplained, [])
    const listed = [...deviations.keys()].filter(id => id.startsWith(`${name}#`))
    assert.deepEqual(
      listed,
      wrong.map(one => one.id),
      'a deviation that is none',
    )
    for (const one of cases.filter(({ id }) => onlyWeak.includes(id)))
      assert.equal(isAccepted(one, 'any'), true, one.id)
    t.diagnostic(`${cases.length} cases, ${wrong.length} deviations`)
  })
}

import assert from 'node:assert/strict'
import { createPublicKey, createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixedKeys, type KeySource, readPem, verificationKey } from '@sallyport/tokens'
import { z } from 'zod'
import { readMessage, requestMessage } from '../testing/http-message.ts'
import { requireDigest } from './digest.ts'
import type { Message } from './message.ts'
import { readSignature } from './read.ts'
import { verifiedBase } from './verify.ts'

const corpora = process.env.SALLYPORT_CORPORA
const folder = join(corpora ?? '', 'rfc9421-http-signatures')
const title = 'the signed messages of RFC 9421 are judged as it says'

const accepted = ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256', 'hmac-sha256']

const fields = z.array(z.tuple([z.string(), z.string()]))
const message = z.object({ start_line: z.string(), headers: fields, body: z.string() })
const signed = z.object({
  id: z.string(),
  message,
  related_request: message.nullable(),
  expected: z.record(z.string(), z.string()),
})
const jwk = z.looseObject({ kty: z.string(), kid: z.string() })

const lines = (name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

function keyOf({ d: _, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key }: z.output<typeof jwk>) {
  if (key.kty === 'oct')
    return verificationKey(createSecretKey(Buffer.from(String(key.k), 'base64url')), key.kid, 'HS256')
  return verificationKey(createPublicKey({ key, format: 'jwk' }), key.kid, undefined)
}

function rfcKeys(): KeySource {
  const { keys } = z.object({ keys: z.array(jwk) }).parse(JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')))
  return fixedKeys({ keys: keys.map(keyOf), notes: [] })
}

function messageOf({ message, related_request }: z.output<typeof signed>): Message {
  if (related_request === null) return requestMessage(message.start_line, message.headers)
  const request = requestMessage(related_request.start_line, related_request.headers)
  const status = Number(message.start_line.split(' ')[1])
  return { status, headers: readMessage('', message.headers).headers, request }
}

const verdictOn = (label: string, message: Message, keys: KeySource) =>
  (async () => verifiedBase(readSignature(message.headers, label), message, keys, accepted))().then(
    () => 'verify_ok',
    () => 'verify_fail',
  )

test(title, async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const keys = rfcKeys()
  let judged = 0
  for (const one of lines('signed-messages.jsonl').map(line => signed.parse(line))) {
    for (const [label, expected] of Object.entries(one.expected)) {
      assert.equal(await verdictOn(label, messageOf(one), keys), expected.split(' ')[0], `${one.id} ${label}`)
      judged++
    }
  }
  assert.ok(judged >= 21)
})

const theirs = z.object({
  id: z.string(),
  request_text: z.string(),
  keyid: z.string(),
  key_hex: z.string().optional(),
  public_key_pem: z.string().optional(),
  signature_input: z.string().optional(),
  signature: z.string().optional(),
})

/** What is judged otherwise on purpose. */
const deviations: ReadonlyMap<string, string> = new Map([
  ['yaronf-2', 'a field of a type that nobody knows is serialised strictly'],
  ['httpsigcheck-tampered-request.http', 'the signature is good, and the body is not the one of its digest'],
])

function theirKeys({ keyid, key_hex, public_key_pem }: z.output<typeof theirs>): KeySource {
  if (public_key_pem !== undefined) return fixedKeys(readPem(public_key_pem))
  const secret = verificationKey(createSecretKey(Buffer.from(key_hex ?? '', 'hex')), keyid, 'HS256')
  return fixedKeys({ keys: [secret], notes: [] })
}

async function judged(one: z.output<typeof theirs>): Promise<string> {
  const [head = '', body = ''] = one.request_text.replaceAll('\r\n', '\n').split('\n\n')
  const [startLine = '', ...written] = head.replace(/\n[ \t]+/g, ' ').split('\n')
  const headers = written.map(
    line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const,
  )
  const given =
    one.signature_input === undefined
      ? []
      : ([
          ['Signature-Input', one.signature_input],
          ['Signature', one.signature ?? ''],
        ] as const)
  const message = requestMessage(startLine, [...headers, ...given])
  const verdict = await verdictOn(readSignature(message.headers, undefined).label, message, theirKeys(one))
  const digests = message.headers.all('content-digest')
  try {
    if (digests.length > 0) requireDigest(digests, Buffer.from(body))
  } catch {
    return 'verify_fail'
  }
  return verdict
}

test("other implementations' signatures are judged alike", async t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const all = lines('third-party-vectors.jsonl').map(line => theirs.parse(line))
  assert.ok(all.length >= 10)
  for (const one of all) assert.equal(await judged(one), deviations.has(one.id) ? 'verify_fail' : 'verify_ok', one.id)
})

const digested = z.object({
  id: z.string(),
  message: message.optional(),
  expected_check: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))).optional(),
})

test('the Content-Digests of RFC 9530 are judged as it says, and never over another body', t => {
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const text = readFileSync(join(corpora, 'rfc9530-digest', 'messages.jsonl'), 'utf8').trim()
  let judged = 0
  for (const { id, message, expected_check } of text.split('\n').map(line => digested.parse(JSON.parse(line)))) {
    const [over] = [expected_check?.['Content-Digest']?.['sha-256']].flat()
    if (message === undefined || over === undefined) continue
    const { headers } = readMessage('', message.headers)
    const body = Buffer.from(over === 'body+LF' ? `${message.body}\n` : message.body)
    requireDigest(headers.all('content-digest'), body)
    assert.throws(
      () => requireDigest(headers.all('content-digest'), Buffer.concat([body, Buffer.of(0)])),
      { name: 'BadSignature' },
      id,
    )
    judged++
  }
  assert.equal(judged, 3)
})

import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { test } from 'node:test'
import { configurationSchema, formatMistake, jsonSchemaOf, loadConfiguration } from '@sallyport/config'
import { Secret } from '@sallyport/core'
import { certificateFor } from '../harness/certificate.ts'
import { blocksOf, pageAt } from './markdown.ts'

const page = pageAt('docs/configuration.md')
const { cert, key } = await certificateFor('DNS:api.example.com')

/** A set of one key, for one use. */
const publicJwk = (use: string) =>
  JSON.stringify({ ...createPublicKey(cert).export({ format: 'jwk' }), kid: 'one', use })

/** What the page's files hold. */
const files: Readonly<Record<string, string>> = {
  './cert.pem': cert,
  './key.pem': key,
  './backend-ca.pem': cert,
  './keys.yaml': 'keys: {}',
  './users.yaml': 'users: {}',
  './clients.jwks.json': publicJwk('sig'),
  './apps.jwks.json': publicJwk('enc'),
  './inner.pem': key,
  './signer.pem': key,
  './order.schema.json': '{"type":"object"}',
  './order.xsd': '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order"/></xs:schema>',
  './warehouse.openapi.yaml': 'openapi: 3.1.0\ninfo: { title: Warehouse, version: "1" }\npaths: {}',
}

const indented = (text: string) => text.replace(/^(?=.)/gm, '    ')

/** A section as part of a whole: what an API may hold, and what it needs beside it. */
function whole(section: string): string {
  if (/^sallyport:/m.test(section)) return section
  const given = (name: string) => new RegExp(`^${name}:`, 'm').test(section)
  const least = Object.entries({ identify: 'anonymous', authorize: 'anyone', forward: '{ to: http://127.0.0.1:1 }' })
  const beside = least
    .filter(([name]) => !given(name) && !given('preset'))
    .map(([name, value]) => `    ${name}: ${value}\n`)
  return `sallyport: 1\napis:\n  shop:\n    path: /shop\n${beside.join('')}${indented(section)}`
}

async function mistakesIn(yaml: string): Promise<readonly string[]> {
  const file = resolve('sallyport.yaml')
  const texts = new Map(Object.entries(files).map(([name, text]) => [resolve(dirname(file), name), text]))
  texts.set(file, yaml)
  const { result } = await loadConfiguration([file], {
    env: { AUTHORITY_SECRET: 'what-the-authority-knows-us-by' },
    jwks: { keys: [] },
    secret: async () => new Secret('a secret'),
    askForDocument: async () => files['./warehouse.openapi.yaml'] ?? '',
    async readFile(path) {
      const text = texts.get(path)
      if (text === undefined) throw new Error(`the page's files have no ${path}`)
      return text
    },
  })
  return 'mistakes' in result ? result.mistakes.map(formatMistake) : []
}

test('every block of docs/configuration.md loads', async () => {
  const blocks = blocksOf(page).filter(({ language, text }) => language === 'yaml' && !text.startsWith('#'))
  assert.ok(blocks.length >= 5)
  for (const { text } of blocks) assert.deepEqual(await mistakesIn(whole(text)), [], text)
})

test('docs/configuration.md names every key that a configuration may have', async () => {
  const named = new Set(page.text.match(/\$?\w+/g))
  const missing = keysIn(jsonSchemaOf(await configurationSchema())).filter(key => !named.has(key))
  assert.deepEqual(missing, [])
})

/** All names of members that a JSON Schema describes, however deep. */
function keysIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own =
    'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : []
  return [...own, ...Object.values(schema).flatMap(keysIn)]
}

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { warehouse } from './api.ts'

const at = 'http://127.0.0.1:9001'

test('the document that the gateway has is the one of what the warehouse declares', async () => {
  const { openapi } = await warehouse({ api: at, gateway: at, issuer: at })
  const file = join(import.meta.dirname, 'warehouse.openapi.json')
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(JSON.stringify(openapi)))
})

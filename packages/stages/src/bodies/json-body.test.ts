import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '@sallyport/core'
import { callWith } from '../testing/call.ts'
import { HeldBodies } from './held-bodies.ts'
import { readJsonBody } from './json-body.ts'

const bytes = new TextEncoder().encode('{"a":1}')

function readAs(contentType: string) {
  const call = callWith({ raw: ['Content-Type', contentType] })
  const body = { ...call.body, length: bytes.length, read: async () => bytes }
  return readJsonBody({ ...call, body }, { maxBody: 100, json: {}, held: new HeldBodies(100), why: 'JSON only' })
}

for (const type of [
  'application/json',
  'Application/JSON; Charset=UTF-8',
  'application/json;charset="utf8" ; version=1',
  'application/merge-patch+json; version=1; charset=utf-8',
]) {
  test(`a body of ${type} is read`, async () => assert.deepEqual(await readAs(type), { a: 1 }))
}

for (const type of [
  'text/plain',
  'application/json; charset=utf-16',
  "application/json; charset*=utf-8''utf-16",
  "application/json; charset=utf-8; charset*=utf-8''utf-16",
  'application/json; charset*0=utf-; charset*1=16',
  'application/json; charset-x=utf-8',
  'application/json; charset=utf-8; CHARSET=utf-16',
  'application/json; charset = utf-16',
  'application/json; charset="utf-8"16',
  'application/json; charset=utf-8 utf-16',
  'application/json; version=1, charset=utf-16',
  'application/json; version=";charset=utf-16"',
]) {
  test(`a body of ${type} may be another text to a backend, and is refused`, async () => {
    await assert.rejects(
      async () => readAs(type),
      error => error instanceof Problem && error.code === 'media-unsupported',
    )
  })
}

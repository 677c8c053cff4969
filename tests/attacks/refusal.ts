import assert from 'node:assert/strict'
import { problems } from '@sallyport/core'
import { fieldOf, type RawReply } from '../harness/raw.ts'

/** Words that only the inside knows: parsers, modules, places, stacks. */
const internal = /HPE_|ERR_|undici|llhttp|node:|\.ts\b|127\.0\.0\.1|\bat \w+ \(/

/** The codes that a refusal may bear by what was sent; `internal` and a backend's failures are faults here. */
const known: ReadonlyMap<string, number> = new Map(Object.entries(problems).map(([code, { status }]) => [code, status]))

/** Holds a refusal to its form: a known code under its status, the call's id, and nothing from inside. */
export function requireRefusal(reply: RawReply, about: string): void {
  const { status, body } = reply
  assert.ok((status >= 400 && status < 500) || status === 501, `${about} was answered ${status}`)
  assert.deepEqual(fieldOf(reply, 'content-type'), ['application/problem+json'], about)
  const document = JSON.parse(body)
  assert.equal(known.get(document.code), status, about)
  assert.equal(document.status, status, about)
  assert.equal(document.type, `urn:problem-type:sallyport:${document.code}`, about)
  assert.match(document.callId, /^[0-9a-f]{32}$/, about)
  assert.deepEqual(fieldOf(reply, 'sallyport-call-id'), [document.callId], about)
  assert.doesNotMatch(body, internal, about)
}

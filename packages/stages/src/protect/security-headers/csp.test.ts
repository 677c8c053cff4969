import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { policy, policyText, takesNonce } from './csp.ts'

const part = fc.oneof(
  fc.constantFrom("'self'", 'https:', 'https://cdn.example.com', ';', ',', '\r\n', ' ', "'", 'data:', '*', '"', '\t'),
  fc.string({ maxLength: 5 }),
)
const source = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join(''))

test('whatever loads is one directive a name, in one field, with the sources that were written', () => {
  let loaded = 0
  fc.assert(
    fc.property(fc.array(source, { minLength: 1, maxLength: 4 }), sources => {
      const read = policy.safeParse({ 'default-src': sources, 'img-src': "'self'" })
      if (!read.success) return
      loaded++
      const text = policyText(read.data, undefined)
      assert.match(text, /^[!-~ ]+$/)
      assert.ok(!text.includes(','))
      assert.deepEqual(text.split('; '), [`default-src ${sources.join(' ')}`, "img-src 'self'"])
      assert.ok(sources.every(one => !one.includes(' ')))
    }),
    { numRuns: 2_000 },
  )
  assert.ok(loaded > 50)
})

test('a nonce stands with scripts and styles, and nowhere else', () => {
  const read = policy.parse({
    'script-src': "'self'",
    'style-src-elem': ["'self'"],
    'img-src': "'self'",
    sandbox: true,
  })
  assert.ok(takesNonce(read))
  assert.equal(
    policyText(read, 'abc'),
    "script-src 'self' 'nonce-abc'; style-src-elem 'self' 'nonce-abc'; img-src 'self'; sandbox",
  )
  assert.equal(takesNonce(policy.parse({ 'img-src': "'self'" })), false)
  assert.equal(takesNonce(policy.parse({ 'script-src': "'none'" })), false)
})

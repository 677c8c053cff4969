import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesAtHash } from './at-hash.ts'

// OpenID Connect Core 1.0, appendix A.3.
const accessToken = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y'
const atHash = '77QmUPtjPfzWtF2AnpK9RQ'

test('the at_hash of the specification matches its access token, and nothing else does', () => {
  assert.equal(matchesAtHash(atHash, accessToken, 'RS256'), true)
  assert.equal(matchesAtHash(atHash, `${accessToken}a`, 'RS256'), false)
  assert.equal(matchesAtHash(atHash, accessToken, 'RS384'), false)
  for (const other of ['', 'é', `${atHash}=`, atHash.slice(1), `${atHash.slice(0, -1)}R`]) {
    assert.equal(matchesAtHash(other, accessToken, 'RS256'), false)
  }
  assert.throws(() => matchesAtHash(atHash, accessToken, 'none'), { name: 'BadToken' })
})

test('Ed25519 takes SHA-512', () => {
  assert.equal(matchesAtHash('t0tWWThbEG1RQ6ngpz7Lwm3CEUzu2VqEKVu6x7JS5Ic', 'abc', 'EdDSA'), false)
  assert.equal(matchesAtHash('3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05o', 'abc', 'EdDSA'), true)
})

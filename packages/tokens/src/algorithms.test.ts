import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findAlgorithm, jwsAlgorithms } from './algorithms.ts'

test('the algorithms are those of RFC 7518 that sign, EdDSA and Ed25519', () => {
  const names = jwsAlgorithms.map(algorithm => algorithm.name).join(' ')
  assert.equal(names, 'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519')
})

test('names that are no algorithm find nothing', () => {
  for (const name of [
    'none',
    'None',
    'NONE',
    '',
    'hs256',
    'constructor',
    '__proto__',
    'toString',
    'ES256K',
    'RSA-OAEP',
  ]) {
    assert.equal(findAlgorithm(name), undefined, name)
  }
})

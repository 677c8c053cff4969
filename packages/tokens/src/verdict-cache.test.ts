import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VerdictCache } from './verdict-cache.ts'

const key = new Uint8Array(32).fill(7)
const claims = { sub: 'alice' }

function remembered(cache: VerdictCache<object>, count: number): number {
  return Array.from({ length: count }, (_, index) => cache.get(`${index}`, 1)).filter(found => found !== undefined)
    .length
}

test('slots hide the token, and differ by key and by token', () => {
  const cache = new VerdictCache(key, 1000)
  assert.match(cache.slot('token'), /^[\w-]{43}$/)
  assert.equal(cache.slot('token'), cache.slot('token'))
  assert.notEqual(cache.slot('token'), cache.slot('tokem'))
  assert.notEqual(cache.slot('token'), new VerdictCache(key.with(0, 8), 1000).slot('token'))
})

test('the bytes are bounded, and what was used lately stays', () => {
  const cache = new VerdictCache<object>(key, 100 * 1000)
  cache.set('kept', 1, claims, 100)
  for (let index = 0; index < 1000; index += 1) {
    cache.set(`${index}`, 1, claims, 100)
    assert.deepEqual(cache.get('kept', 1), claims)
  }
  const left = remembered(cache, 1000)
  assert.ok(left > 40 && left <= 100, `${left} of 1000 bytes each`)
})

test('claims larger than half the bound are not kept', () => {
  const cache = new VerdictCache<object>(key, 10_000)
  cache.set('0', 1, claims, 10_000)
  assert.equal(remembered(cache, 1), 0)
})

test('another version of the keys forgets everything', () => {
  const cache = new VerdictCache<object>(key, 10_000)
  cache.set('0', 1, claims, 10)
  assert.equal(cache.get('0', 2), undefined)
  assert.equal(cache.get('0', 1), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { createToken } from './token.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const now = Date.UTC(2026, 0, 15, 12)
const key = new TextEncoder().encode(secret)
const read = (token: string) => jwtVerify(token, key, { currentDate: new Date(now) })

test('[F7] another library reads the claims that were given, and an expiry as far off as was asked', async () => {
  const { payload } = await read(createToken({ sub: 'ann', roles: ['admin'] }, { secret, now }))
  assert.deepEqual(payload, { sub: 'ann', roles: ['admin'], iat: now / 1000, exp: now / 1000 + 3600 })
  for (const [expiresIn, seconds] of [
    [60, 60],
    ['15m', 900],
  ] as const)
    assert.equal((await read(createToken({}, { secret, now, expiresIn }))).payload.exp, now / 1000 + seconds)
  assert.equal(
    decodeProtectedHeader(createToken({}, { secret: secret + secret, now, algorithm: 'HS512' })).alg,
    'HS512',
  )
})

test('[F8] the claims that were given stay what they were', () => {
  const claims = Object.freeze({ sub: 'ann' })
  assert.equal(createToken(claims, { secret, now }), createToken(claims, { secret, now }))
  assert.deepEqual(claims, { sub: 'ann' })
})

test('a secret that can be guessed and a life that makes no sense are refused', () => {
  assert.throws(() => createToken({}, { secret: 'changeme-changeme-changeme-changeme', now }), /guess/)
  assert.throws(() => createToken({}, { secret: 'short', now }))
  for (const expiresIn of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 'soon', ''])
    assert.throws(() => createToken({}, { secret, now, expiresIn }), /expiresIn/)
  assert.throws(() => createToken({ exp: 1 }, { secret, now }), /exp/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import fc from 'fast-check'
import { securityLine, verdictOf } from './security-line.ts'

const event: CallEvent = {
  id: '0123456789abcdef0123456789abcdef',
  time: '2026-01-02T03:04:05.678Z',
  snapshot: 'f00d',
  method: 'GET',
  path: '/admin',
  ip: '192.0.2.7',
  user: { issuer: 'staff', subject: 'ann' },
  credential: { kind: 'jwt', id: '7f31' },
  status: 403,
  outcome: 'refused',
  refusal: { stage: 'authorize', code: 'role-missing', reason: 'needs role admin' },
  totalMs: 1,
  bytesIn: 0,
  bytesOut: 0,
}

test('a line says when, where, how grave, what happened, who and from where', () => {
  const told = 'user=ann, ip=192.0.2.7, credential=jwt:7f31, status=403, code=role-missing, stage=authorize'
  const line = `2026-01-02T03:04:05.678Z - shop - WARNING - refused GET /admin: ${told}, call=${event.id}\n`
  assert.equal(securityLine(event, 'shop'), line)
})

test('whatever a caller is called, its line is one, and no member of it is forged', () => {
  const nasty = fc.constantFrom('\n', '\r', '\u0085', '\u2028', '\x1b[2K', ', ip=10.0.0.1', '"', ' - ', '\ud800', 'ann')
  fc.assert(
    fc.property(fc.array(nasty, { maxLength: 8 }), fc.array(nasty, { maxLength: 3 }), (subject, path) => {
      const user = { issuer: 'staff', subject: subject.join('') }
      const line = securityLine({ ...event, user, path: path.join('') }, 'shop')
      assert.match(line, /^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\n$/)
      const unquoted = line.replace(/"(?:[^"\\]|\\.)*"/g, '""')
      assert.match(
        unquoted,
        /^2026-01-02T03:04:05\.678Z - shop - WARNING - refused GET \S+: user=[^ ,]+, ip=192\.0\.2\.7, credential/,
      )
    }),
  )
})

test('a handler that refuses by itself has refused, and a fault is told from a refusal', () => {
  const { refusal: _, ...answered } = { ...event, outcome: 'answered' as const }
  assert.deepEqual(
    [200, 401, 403, 404, 429].map(status => verdictOf({ ...answered, status })),
    ['allowed', 'refused', 'refused', 'allowed', 'refused'],
  )
  assert.equal(verdictOf({ ...event, status: 500 }), 'failed')
  assert.equal(verdictOf({ ...event, status: 501 }), 'refused')
})

test('what warns of a stolen token is graver than a refusal', () => {
  const refusal = { stage: 'identify', code: 'credential-bad', reason: 'a canary', alert: 'canary-used' } as const
  assert.match(securityLine({ ...event, refusal }, 'shop'), / - CRITICAL - .*alert=canary-used/)
})

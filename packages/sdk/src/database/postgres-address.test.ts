import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postgresAddress } from './postgres-address.ts'

test('beyond this machine a PostgreSQL is spoken to over TLS, unless that is written off', () => {
  const isEncrypted = (host: string, more = '') => postgresAddress(`postgres://sally:p@${host}/shop${more}`).isEncrypted
  for (const host of ['127.0.0.1', '127.9.9.9:6543', 'localhost', '[::1]']) assert.equal(isEncrypted(host), false, host)
  for (const host of ['db', '10.0.0.5', '127.0.0.1.example.com', '127.example.com', 'localhost.example.com', '[::2]'])
    assert.equal(isEncrypted(host), true, host)
  assert.equal(isEncrypted('db', '?sslmode=disable'), false)
  for (const mode of ['require', 'verify-full']) assert.equal(isEncrypted('127.0.0.1', `?sslmode=${mode}`), true, mode)
})

test('what is in an address is taken without its percents', () => {
  assert.deepEqual(postgresAddress('postgresql://sa%40lly:p%3A%2F@[::1]:6543/my%20shop'), {
    host: '::1',
    port: 6543,
    user: 'sa@lly',
    password: 'p:/',
    database: 'my shop',
    isEncrypted: false,
  })
})

test('an address that is not understood is refused, and not repeated', () => {
  const bad = [
    'db',
    ':hunter2@db/x',
    'sally:hunter2@db',
    'sally:hunter2@/x',
    'sally:hunter2@db:x/x',
    'sally:hunter2%@db/x',
  ]
  const worse = ['allow', 'prefer', 'no-verify', ''].map(mode => `sally:hunter2@db/x?sslmode=${mode}`)
  for (const rest of [...bad, ...worse, 'sally:hunter2@db/x?host=/tmp', 'sally:hunter2@db/x#y'])
    assert.throws(
      () => postgresAddress(`postgres://${rest}`),
      error => error instanceof TypeError && !JSON.stringify([error, String(error)]).includes('hunter2'),
      rest,
    )
})

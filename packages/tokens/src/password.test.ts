import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import { dummyHash, hashPassword, readPasswordHash, verifyPassword } from './password.ts'

const password = new Secret('correct horse battery staple')

test('a password verifies against its own hash alone, and the same one is never hashed alike', async () => {
  const kept = await hashPassword(password, randomBytes)
  assert.match(kept, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.equal(await verifyPassword(kept, password), true)
  for (const other of ['', 'correct horse battery stapl', 'Correct horse battery staple', `${password.reveal()}\0`]) {
    assert.equal(await verifyPassword(kept, new Secret(other)), false)
  }
  assert.notEqual(await hashPassword(password, randomBytes), kept)
})

test('hashes of the reference implementation verify', async () => {
  // phc-winner-argon2, src/test.c: version 0x13, argon2id.
  const kept = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.equal(await verifyPassword(kept, new Secret('password')), true)
  assert.equal(await verifyPassword(kept, new Secret('differentpassword')), false)
})

test('it does not matter how a keyboard composes its letters', async () => {
  const kept = await hashPassword(new Secret('caf\u00e9'), randomBytes)
  assert.equal(await verifyPassword(kept, new Secret('cafe\u0301')), true)
})

const salt = 'c29tZXNhbHQ'
const tag = 'CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
const unreadable = [
  '',
  'secret',
  `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${tag}`,
  `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${tag}`,
  `$argon2id$m=19456,t=2,p=1$${salt}$${tag}`,
  `$argon2id$v=19$t=2,m=19456,p=1$${salt}$${tag}`,
  `$argon2id$v=19$m=4194304,t=2,p=1$${salt}$${tag}`,
  `$argon2id$v=19$m=9999999999,t=2,p=1$${salt}$${tag}`,
  `$argon2id$v=19$m=8,t=2,p=1$${salt}$${tag}`,
  `$argon2id$v=19$m=19456,t=1000,p=1$${salt}$${tag}`,
  `$argon2id$v=19$m=19456,t=0,p=1$${salt}$${tag}`,
  `$argon2id$v=19$m=19456,t=2,p=200$${salt}$${tag}`,
  `$argon2id$v=19$m=019456,t=2,p=1$${salt}$${tag}`,
  `$argon2id$v=19$m=19456,t=2,p=1$AAAA$${tag}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$AAAA`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}=`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag.slice(0, -1)}d`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}\n`,
  '$2b$10$Gg91pyMdkpIwT2MRMl7xxObPSOAQpS2Gnt29indH8Q4jxpiSfPup2',
]

test('a hash that cannot be read, or would cost too much, has no password', async () => {
  for (const kept of unreadable) {
    assert.equal(readPasswordHash(kept), 'malformed', kept)
    assert.equal(await verifyPassword(kept, password), false)
  }
})

test('the dummy hash costs what others cost, and nobody has its password', async () => {
  const costs = (kept: string) => {
    const hash = readPasswordHash(kept)
    assert.ok(hash !== 'malformed')
    return [hash.memory, hash.passes, hash.lanes]
  }
  assert.deepEqual(costs(dummyHash()), [19_456, 2, 1])
  assert.deepEqual(costs(dummyHash(`$argon2id$v=19$m=65536,t=3,p=4$${salt}$${tag}`)), [65_536, 3, 4])
  assert.deepEqual(costs(dummyHash('garbage')), [19_456, 2, 1])
  assert.equal(await verifyPassword(dummyHash(), password), false)
  assert.equal(await verifyPassword(dummyHash(), new Secret('')), false)
})

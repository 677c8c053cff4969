import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Copy } from './copied.ts'
import { Copies } from './copies.ts'

const text = (copy: Copy) => Buffer.from(copy.whole()).toString()

test('what goes by is kept until its call is recorded, and nothing after', () => {
  const copies = new Copies(6)
  const [first, second, third] = [new Copy('a', 10, copies), new Copy('a', 10, copies), new Copy('b', 10, copies)]
  first.add(Buffer.from('abc'))
  assert.throws(() => text(first), /not read to its end/)
  first.ended()
  assert.equal(text(first), 'abc')
  second.add(Buffer.from('abcd'))
  second.ended()
  assert.throws(() => text(second), /too much is held/)
  copies.release('a')
  const late = Buffer.from('late')
  first.add(late)
  for (let i = 0; i < 3; i++) second.add(late)
  third.add(Buffer.from('abcdef'))
  third.ended()
  assert.equal(text(third), 'abcdef')
})

test('bytes are copied, and never more than may be', () => {
  const copy = new Copy('a', 4, new Copies())
  const bytes = Buffer.from('abcd')
  copy.add(bytes)
  bytes.fill(0)
  copy.ended()
  assert.equal(text(copy), 'abcd')
  copy.add(bytes)
  assert.throws(() => text(copy), /more than 4 bytes/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Ahead } from './ahead.ts'

test('bytes come back in their order, whatever is taken and put back of them meanwhile', () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 9_000 }), { maxLength: 8 })
  fc.assert(
    fc.property(pieces, fc.array(fc.nat({ max: 4_096 }), { minLength: 1 }), (all, used) => {
      const ahead = new Ahead()
      for (const piece of all) ahead.add(Buffer.from(piece))
      const came: Buffer[] = []
      for (let i = 0; !ahead.isEmpty; i++) {
        const taken = ahead.take()
        const some = Math.max(1, used[i % used.length] ?? 1)
        came.push(taken.subarray(0, some))
        ahead.putBack(taken.subarray(some))
      }
      assert.deepEqual(Buffer.concat(came), Buffer.concat(all))
      assert.deepEqual([ahead.isFull, ahead.take().length], [false, 0])
    }),
  )
})

test('it is full of 16 KiB, and of 16 pieces however small', () => {
  const [large, small] = [new Ahead(), new Ahead()]
  large.add(Buffer.alloc(16_383))
  assert.equal(large.isFull, false)
  large.add(Buffer.alloc(1))
  assert.equal(large.isFull, true)
  for (let i = 0; i < 16; i++) {
    assert.equal(small.isFull, false)
    small.add(Buffer.alloc(1))
  }
  assert.equal(small.isFull, true)
})

test('what is kept is a copy: bytes are read to one buffer', () => {
  const ahead = new Ahead()
  const input = Buffer.from('one')
  ahead.add(input)
  input.fill('x')
  assert.equal(ahead.take().toString(), 'one')
})

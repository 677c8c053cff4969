import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallerBody } from './caller-body.ts'

/** A connection that tells whether it is held up. */
class Connection {
  readonly gone = false
  held = false
  hold(): void {
    this.held = true
  }
  release(): void {
    this.held = false
  }
  goOn(): void {
    throw new Error('nobody waits for leave')
  }
}

const piece = () => Buffer.alloc(50_000, 'x')

test('a caller is held up while nobody takes its body, and let go when the body has ended, whoever takes it then', async () => {
  const connection = new Connection()
  const body = new CallerBody(['Content-Length', '100000'], connection)
  body.came(piece())
  assert.equal(connection.held, false)
  body.came(piece())
  assert.equal(connection.held, true)
  body.ended()
  assert.equal(connection.held, false, 'or its next call would never be read')
  assert.equal((await body.read(100_000)).length, 100_000)
})

test('a caller whose body is taken more slowly than it comes is let go at its end too', async () => {
  const connection = new Connection()
  const body = new CallerBody(['Content-Length', '150000'], connection)
  body.came(piece())
  const read = body.read(150_000)
  body.came(piece())
  body.came(piece())
  assert.equal(connection.held, true)
  body.ended()
  assert.equal((await read).length, 150_000)
  assert.equal(connection.held, false)
})

test('a body that is here is read at once, and one that is longer than it may be is none', () => {
  const body = new CallerBody(['Transfer-Encoding', 'chunked'], new Connection())
  body.came(piece())
  body.came(piece())
  body.ended()
  assert.throws(() => body.read(99_999), /more than 99999 bytes came/)
  const counted: number[] = []
  const refuse = () => assert.fail('no room')
  assert.throws(() => body.read(100_000, refuse), /no room/)
  const bytes = body.read(100_000, count => counted.push(count))
  assert.ok(bytes instanceof Uint8Array)
  assert.equal(bytes.length, 100_000)
  assert.deepEqual(counted, [100_000])
})

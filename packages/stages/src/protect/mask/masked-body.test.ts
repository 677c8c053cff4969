import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BodySink, type ReplyBody, Secret } from '@sallyport/core'
import { maskedBody } from './masked-body.ts'
import { needlesOf } from './needles.ts'

const secret = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'
const needles = needlesOf({ kind: 'bearer', token: new Secret(secret) })

/** A body that a test sends, and what its reader made of it. */
function piped(room: () => boolean) {
  const said: string[] = []
  let source: BodySink | undefined
  let resumed = 0
  const body: ReplyBody = {
    whole: () => undefined,
    pipe(sink) {
      source = sink
      return {
        resume() {
          resumed++
        },
      }
    },
    cancel: reason => said.push(`cancelled: ${reason.message}`),
  }
  assert.ok(needles)
  const masked = maskedBody(body, needles)
  const reader = masked.pipe({
    write(chunk) {
      said.push(Buffer.from(chunk).toString())
      return room()
    },
    end: () => said.push('end'),
    fail: error => said.push(`failed: ${error.message}`),
  })
  assert.ok(source)
  return { masked, reader, source, said, resumed: () => resumed }
}

test('a slow reader holds up the upstream, also while bytes are held back, until it asks for more', () => {
  const { reader, source, said, resumed } = piped(() => false)
  assert.equal(source.write(Buffer.from('abc')), false)
  assert.equal(source.write(Buffer.from('ghp_')), false)
  assert.deepEqual(said, ['abc'])
  reader.resume()
  assert.equal(resumed(), 1)
  assert.equal(source.write(Buffer.from('16C7')), true)
})

test('what needs no waiting goes on at once, and the rest at the end', () => {
  const { source, said } = piped(() => true)
  source.write(Buffer.from(`data: x\n\n${secret.slice(0, 10)}`))
  source.write(Buffer.from(secret.slice(10)))
  source.write(Buffer.from('ghp_16'))
  source.end()
  assert.deepEqual(said, ['data: x\n\n', '[secret]', 'ghp_16', 'end'])
})

test('of an answer that breaks off in the midst of a credential nothing more goes out', () => {
  const { masked, source, said } = piped(() => true)
  source.write(Buffer.from(`x${secret.slice(0, 30)}`))
  source.fail(new Error('reset'))
  assert.deepEqual(said, ['x', 'failed: reset'])
  masked.cancel(new Error('gone'))
  assert.equal(said.at(-1), 'cancelled: gone')
})

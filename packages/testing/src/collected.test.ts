import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BodySink, Reply } from '@sallyport/core'
import { collected } from './collected.ts'

function streaming(write: (sink: BodySink) => void): Reply {
  const pipe = (sink: BodySink) => {
    write(sink)
    return { resume: () => undefined }
  }
  return { kind: 'stream', status: 200, headers: [], body: { whole: () => undefined, pipe, cancel: () => undefined } }
}

test('a body is read to its end, whole or in pieces, and pieces whose bytes are used again stay what they were', async () => {
  const whole: Reply = { kind: 'answer', status: 200, headers: [], body: 'für' }
  assert.equal(Buffer.from((await collected(whole)).body).toString(), 'für')
  const piece = Buffer.from('ab')
  const reply = streaming(sink => {
    sink.write(piece)
    piece.fill('c')
    sink.write(piece)
    sink.end()
  })
  const { body, failed } = await collected(reply)
  assert.deepEqual([Buffer.from(body).toString(), failed], ['abcc', undefined])
})

test('a body that breaks off says why', async () => {
  const { body, failed } = await collected(
    streaming(sink => {
      sink.write(Buffer.from('a'))
      sink.fail(new Error('gone'))
    }),
  )
  assert.deepEqual([body.length, failed], [1, 'gone'])
})

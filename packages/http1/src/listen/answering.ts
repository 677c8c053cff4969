import type { Reply } from '@sallyport/core'
import { type Asked, answerHead } from './answer-head.ts'
import { type Answerable, type Finish, StreamedAnswer } from './streamed-answer.ts'

const asBuffer = (body: string | Uint8Array): Buffer =>
  typeof body === 'string'
    ? Buffer.from(body, 'utf8')
    : Buffer.isBuffer(body)
      ? body
      : Buffer.from(body.buffer, body.byteOffset, body.length)

/** One latin1 text for head and body: one write, byte for byte. */
function writeWhole(to: Answerable, reply: Reply, body: Buffer, asked: Asked): number {
  const { section, framing } = answerHead(reply, body.length, asked)
  if (framing === 'none' || body.length === 0) {
    to.socket.write(section, 'latin1')
    return 0
  }
  to.socket.write(section + body.toString('latin1'), 'latin1')
  return body.length
}

/**
 * Writes a reply. `finish` is told once, when the body has ended, failed or been abandoned; the connection is told when all of an
 * answer was written. Throws where it cannot be written: then nothing was.
 */
export function writeReply(to: Answerable, reply: Reply, asked: Asked, finish: Finish): void {
  if (to.socket.destroyed) {
    if (reply.kind === 'stream') reply.body.cancel(new Error('the caller has gone'))
    finish({ end: 'abandoned', bytesOut: 0 })
    return
  }
  const whole = reply.kind === 'answer' ? reply.body : reply.body.whole()
  if (whole !== undefined) {
    const bytesOut = writeWhole(to, reply, asBuffer(whole), asked)
    finish({ end: 'complete', bytesOut })
    to.answered()
  } else if (reply.kind === 'stream') new StreamedAnswer(to, reply, asked, finish)
}

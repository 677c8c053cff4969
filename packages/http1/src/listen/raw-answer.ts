import type { Reply } from '@sallyport/core'
import { answerHead } from './answer-head.ts'

/** The answer to what never became a call, as latin1 text. The connection ends with it. */
export function rawAnswer(reply: Reply): string {
  const body = Buffer.from(reply.kind === 'answer' ? reply.body : '')
  const { section } = answerHead(reply, body.length, { method: '', version: '1.1', isLast: true })
  return section + body.toString('latin1')
}

import type { HeaderList } from '@sallyport/core'

/** A request as signatures see it. */
export interface RequestMessage {
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** As the Host field has it, in lower case. */
  readonly host: string
  readonly path: string
  /** What follows the `?`; undefined where there is none. */
  readonly query: string | undefined
  readonly headers: HeaderList
}

/** An answer, with the request that it answers. */
export interface AnswerMessage {
  readonly status: number
  readonly headers: HeaderList
  readonly request: RequestMessage
}

export type Message = RequestMessage | AnswerMessage

export const isAnswer = (message: Message): message is AnswerMessage => 'status' in message

/** The two parts of a target in origin form (RFC 9112 section 3.2.1); the query without its mark. */
export function pathAndQuery(target: string): Pick<RequestMessage, 'path' | 'query'> {
  const mark = target.indexOf('?')
  return mark < 0 ? { path: target, query: undefined } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

import { HeaderList } from '@sallyport/core'
import type { RequestMessage } from '../signatures/message.ts'

/** For tests: a message as it is written, lines of a folded field joined. */
export function readMessage(startLine: string, headers: readonly (readonly [string, string])[]) {
  const list = new HeaderList(headers.flatMap(([name, value]) => [name, value.replace(/\s*\n\s*/g, ' ').trim()]))
  const [, method = '', target = ''] = /^(\S+) (\S+)/.exec(startLine) ?? []
  return { headers: list, method, target }
}

/** For tests: a request over https. */
export function requestMessage(startLine: string, headers: readonly (readonly [string, string])[]): RequestMessage {
  const { headers: list, method, target } = readMessage(startLine, headers)
  const mark = target.indexOf('?')
  const [path, query] = mark < 0 ? [target, undefined] : [target.slice(0, mark), target.slice(mark + 1)]
  return { method, scheme: 'https', host: list.get('host')?.toLowerCase() ?? '', path, query, headers: list }
}

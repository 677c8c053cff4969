import { HeaderList, type Outgoing, type Reply } from '@sallyport/core'
import type { AnswerStore } from './stored.ts'

/** A longer name takes more room than the digest that stands for it. */
const longestName = 128

/** What names a path of an upstream, whichever query and credential it is asked with. */
export function placeOf(origin: string, path: string, store: Pick<AnswerStore, 'slot'>): string {
  const mark = path.indexOf('?')
  const name = origin + (mark < 0 ? path : path.slice(0, mark))
  return name.length > longestName ? store.slot(name) : name
}

/** Other paths that an answer says it is about. */
function pathsIn(reply: Reply, origin: string, path: string): string[] {
  const headers = new HeaderList(reply.headers)
  return ['location', 'content-location'].flatMap(name => {
    const url = URL.parse(headers.get(name) ?? path, origin + path)
    return url?.origin === origin ? [url.pathname] : []
  })
}

/**
 * What was kept of a path that a call changed, and of those that its answer names, is forgotten (RFC 9111 section 4.4); unless the
 * upstream says that it did nothing. No answer and a failure don't tell what was done.
 */
export function forgetChanged(outgoing: Outgoing, reply: Reply | undefined, origin: string, store: AnswerStore): void {
  const { path } = outgoing
  if (reply !== undefined && reply.status >= 400 && reply.status < 500) return
  const named = reply === undefined ? [] : pathsIn(reply, origin, path)
  for (const changed of new Set([path, ...named])) store.forget(placeOf(origin, changed, store))
}

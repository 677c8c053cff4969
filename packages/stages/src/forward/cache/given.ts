import { type CacheUse, HeaderList, type Reply } from '@sallyport/core'
import type { Asked } from './asked.ts'
import { fieldsOf304, isHad } from './condition.ts'
import type { StoredAnswer } from './stored.ts'

/** An answer to a call, and what the cache did for it. */
export interface Fetched {
  readonly reply: Reply
  /** Undefined for calls that don't read. */
  readonly use: CacheUse | undefined
  /** Milliseconds until the upstream's header was there; undefined where it wasn't asked. */
  readonly upstreamMs: number | undefined
}

/** What is told of it (RFC 9211). The key isn't told, nor anything of who asked before. */
const statuses = {
  hit: 'sallyport; hit',
  validated: 'sallyport; fwd=stale; fwd-status=304',
  stale: 'sallyport; fwd=stale; detail=stale-if-error',
  miss: 'sallyport; fwd=miss',
  bypassed: 'sallyport; fwd=bypass',
} as const satisfies Record<CacheUse, string>

/** An answer of the upstream's own, with what the cache tells of it. */
export const passedOn = (reply: Reply, use: CacheUse, upstreamMs: number): Fetched => ({
  reply: { ...reply, headers: [...reply.headers, 'Cache-Status', statuses[use]] },
  use,
  upstreamMs,
})

/** More seconds than are told (RFC 9111 section 1.2.2). */
const oldest = 2 ** 31

/** What is given of an answer that is kept. */
type Kept = Pick<StoredAnswer, 'status' | 'headers' | 'body' | 'bornAt'>

/** What was kept, as an answer to this call: without its body where that was not asked for, or where the caller has it already. */
export function given(
  { status, headers, body, bornAt }: Kept,
  { outgoing, condition }: Asked,
  { use, now, upstreamMs }: { readonly use: CacheUse; readonly now: number; readonly upstreamMs?: number },
): Fetched {
  const age = Math.min(oldest, Math.max(0, Math.floor((now - bornAt) / 1000)))
  const own = ['Age', String(age), 'Cache-Status', statuses[use]]
  const answer = (reply: Pick<Reply & { kind: 'answer' }, 'status' | 'headers' | 'body'>): Fetched => ({
    reply: { kind: 'answer', ...reply },
    use,
    upstreamMs,
  })
  const list = new HeaderList(headers)
  if (condition !== undefined && status === 200 && isHad(condition, list))
    return answer({ status: 304, headers: [...fieldsOf304(list), ...own], body: '' })
  if (outgoing.method !== 'HEAD') return answer({ status, headers: [...headers, ...own], body })
  const length = list.has('content-length') || status === 204 ? [] : ['Content-Length', String(body.length)]
  return answer({ status, headers: [...headers, ...length, ...own], body: '' })
}

import type { ForwardRule } from '@sallyport/core'

/**
 * What becomes of a field of a request whose answer may be kept. An answer may depend on all that the upstream is told, so what
 * isn't told apart by the key isn't told.
 * - `keyed`: its value is part of the key. So is every field that isn't named here: nobody knows what an upstream makes of it.
 * - `negotiated`: it is told apart where Vary names it, as RFC 9110 section 12.5 has it.
 * - `caller`: it tells who asks; told apart unless the upstream says that the answer is for everybody.
 * - `call`: ours, another one for each call, and nothing that a caller could choose.
 * - `held`: it isn't told. Callers choose it anew for each call, or it is the cache's own to say.
 * - `alone`: such a request is neither answered from what is kept, nor is its answer kept. What is signed or encrypted is so anew for each
 *   call: as part of a key it would never be found again, and make room by what would.
 */
export type FieldKind = 'keyed' | 'negotiated' | 'caller' | 'call' | 'held' | 'alone'

const named: Readonly<Record<Exclude<FieldKind, 'keyed'>, readonly string[]>> = {
  negotiated: ['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'user-agent'],
  caller: ['x-forwarded-for'],
  call: ['sallyport-call-id'],
  held: [
    'b3',
    'baggage',
    'cache-control',
    'client-call-id',
    'if-modified-since',
    'if-none-match',
    'pragma',
    'referer',
    'tracestate',
    'x-amzn-trace-id',
    'x-b3-flags',
    'x-b3-parentspanid',
    'x-b3-sampled',
    'x-b3-spanid',
    'x-b3-traceid',
    'x-correlation-id',
    'x-request-id',
  ],
  alone: [
    ...['if-match', 'if-range', 'if-unmodified-since', 'range'],
    ...['sallyport-encrypted-headers', 'signature', 'signature-input'],
  ],
}

/** The cache acts on these, so they are never the key's, whatever `pass` says. */
const own: ReadonlySet<string> = new Set(['cache-control', 'if-modified-since', 'if-none-match', 'pragma'])

/** What is told of a trace: numbers of a fixed form (W3C Trace Context section 3.2), with which nothing else can be said. */
const trace = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/

export type FieldKindOf = (name: string, value: string) => FieldKind

/** What becomes of a route's fields, by lower-case name. A field that `pass` names is told, and is part of the key. */
export function fieldKinds({ pass, caller }: ForwardRule): FieldKindOf {
  const kinds = new Map<string, FieldKind>()
  for (const kind of ['negotiated', 'caller', 'call', 'held', 'alone'] as const)
    for (const name of named[kind]) if (own.has(name) || !pass.includes(name)) kinds.set(name, kind)
  if (caller !== undefined) kinds.set(caller.header.toLowerCase(), 'caller')
  return (name, value) => {
    if (name === 'traceparent' && !pass.includes(name)) return trace.test(value) ? 'call' : 'held'
    return kinds.get(name) ?? 'keyed'
  }
}

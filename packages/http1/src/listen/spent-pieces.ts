import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Node puts each piece of a stream in a buffer of its own, and V8 lets about 64 MiB of spent ones lie before it looks for
 * them: far more than a stream needs. A collection of the young ones, which takes about a millisecond, finds them all.
 */
const pieces = 16 * 2 ** 20

type Collect = (options: { readonly type: 'minor'; readonly execution: 'sync' }) => void

let collect: Collect | undefined
let bytes = 0

/** V8 gives its collector to contexts that are made while the flag is set. */
function collector(): Collect {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return options => {
    if (typeof gc === 'function') gc(options)
  }
}

/** To be told of every piece that streams through. */
export function passed(piece: Uint8Array): void {
  bytes += piece.length
  if (bytes < pieces) return
  bytes = 0
  collect ??= collector()
  collect({ type: 'minor', execution: 'sync' })
}

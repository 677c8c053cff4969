import { leavesOf } from '@sallyport/core'
import type { Compilation } from './compilation.ts'
import type { Compiled } from './operations.ts'

const kindsOf = ({ operation }: Compiled) => leavesOf(operation.identify).map(({ kind }) => kind)

const isSealed = ({ operation: { destination } }: Compiled) =>
  'upstream' in destination && destination.upstream.credential === 'sealed'

/** A token without its upstream, or an upstream that waits for a token which nobody has to bring. */
export function checkSealed(compiled: readonly Compiled[], work: Compilation): void {
  for (const one of compiled) {
    const kinds = kindsOf(one)
    const fault = isSealed(one)
      ? kinds.some(kind => kind !== 'magicToken') &&
        'forward.credential: sealed needs identify: magicToken, and no other way to be identified'
      : kinds.includes('magicToken') &&
        "identify: magicToken needs forward.credential: sealed, or the token's credential would go nowhere"
    if (fault === false) continue
    work.mistake(one.path, fault)
    return
  }
}

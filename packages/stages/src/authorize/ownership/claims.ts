import type { Json } from '@sallyport/core'
import type { ModuleState, SeenCaller } from '../../modules/guard-module.ts'
import type { Order } from './orders.ts'
import { memberOf } from './rules.ts'

/**
 * What is kept of a thing. `owned`: its owner may change and delete it. `pending`: a call of that owner creates or deletes it, or a
 * crash came in between and nobody knows what became of it. Pending grants nothing.
 */
type Claim = 'owned' | 'pending'

/** What became of an order, as the upstream's answer tells it. */
export type Ending = 'done' | 'refused' | 'gone' | 'unknown'

/** The very token that calls: one that was narrowed from it is another. */
export const ownerOf = ({ credential: { kind, id, part } }: SeenCaller): string => `${kind} ${part ?? id}`

const claimOf = (owner: string, claim: Claim): Json => ({ owner, claim })

/** Whose a thing is; undefined where it is nobody's, as far as is known. */
export function ownerIn(state: ModuleState, key: string): string | undefined {
  const kept = state.get(key)
  const owner = memberOf(kept, 'owner')
  return memberOf(kept, 'claim') === 'owned' && typeof owner === 'string' ? owner : undefined
}

/** What must be on disk before the call goes on: what is made new, and what is taken away, is in doubt until the answer. */
export function claimsBefore(orders: readonly Order[], fresh: ReadonlySet<Order>, owner: string): Record<string, Json> {
  const doubtful = orders.filter(order => order.act === 'delete' || fresh.has(order))
  return Object.fromEntries(doubtful.map(({ key }) => [key, claimOf(owner, 'pending')]))
}

type After = Readonly<Record<Ending, Claim | 'nobody' | 'as before'>>

/** What holds once the answer is known. `unknown` leaves a deletion in doubt, and takes a creation for one that failed. */
const afterFresh: After = { done: 'owned', refused: 'nobody', gone: 'nobody', unknown: 'nobody' }
const afterDelete: After = { done: 'nobody', refused: 'owned', gone: 'nobody', unknown: 'pending' }
const afterChange: After = { done: 'as before', refused: 'as before', gone: 'as before', unknown: 'as before' }

function afterOf(order: Order, fresh: ReadonlySet<Order>): After {
  if (fresh.has(order)) return afterFresh
  return order.act === 'delete' ? afterDelete : afterChange
}

/** What is to be kept once it is known what became of a call. */
export function claimsAfter(
  orders: readonly Order[],
  fresh: ReadonlySet<Order>,
  { owner, ending }: { readonly owner: string; readonly ending: Ending },
): Record<string, Json | undefined> {
  const entries = orders.flatMap(order => {
    const claim = afterOf(order, fresh)[ending]
    if (claim === 'as before') return []
    return [[order.key, claim === 'nobody' ? undefined : claimOf(owner, claim)] as const]
  })
  return Object.fromEntries(entries)
}

export const owned = (owner: string): Json => claimOf(owner, 'owned')

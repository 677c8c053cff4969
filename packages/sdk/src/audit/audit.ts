import { type Handled, withinOf } from '../within.ts'
import { trails } from './trail.ts'

/**
 * Tells the application's `audit` what a handler has done: `audit(call, { before, after })`. With the transaction in which that was done as
 * `within`, what is told can be written in it too. Rejects where it can't be told, and then the call fails, also where
 * nobody waits for it. Throws TypeError where the operation isn't audited.
 */
export function audit(call: Handled, detail?: unknown, within?: unknown): Promise<void> {
  const trail = trails.get(withinOf(call, 'audit').call)
  if (trail === undefined)
    throw new TypeError("audit: this operation isn't audited: declare audit: { writes: '…' } with it")
  return trail.add(detail, within)
}

import { isReading } from '@sallyport/stages'
import type { Operation } from '../api.ts'
import type { Shape } from '../endpoint.ts'

/** What of an operation's calls is to be known later, or why nothing is. */
export type AuditStance =
  | { readonly writes: string; readonly params?: readonly string[] }
  | { readonly reads: string; readonly params?: readonly string[] }
  | { readonly none: string }

/** An operation whose calls are audited. */
export type Audited = Exclude<AuditStance, { readonly none: string }>

export const auditedIn = ({ audit }: Shape): Audited | undefined =>
  audit === undefined || 'none' in audit ? undefined : audit

/** Throws TypeError where an operation that changes something says nothing of it, or where nobody would be told. */
export function requireStance({ endpoint: { route, method, shape } }: Operation, isAudited: boolean): void {
  if (isAudited && shape.audit === undefined && !isReading(method))
    throw new TypeError(
      `${route}: audit: say what it writes, { writes: 'order' }, or why nobody is told, { none: '…' }`,
    )
  if (!isAudited && auditedIn(shape) !== undefined)
    throw new TypeError(`${route}: audit: is to be told, and the application has nobody to tell: give it an audit`)
}

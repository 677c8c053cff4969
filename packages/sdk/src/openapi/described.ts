import type { Snapshot } from '@sallyport/core'
import type { Issuer, StagePorts } from '@sallyport/stages'
import type { Operation } from '../api.ts'
import type { Described } from './document.ts'

/** What an application declared, each operation beside what the stages judge it by. */
export function describedIn(
  declared: readonly Operation[],
  { apis }: Snapshot<StagePorts, Issuer>,
): readonly Described[] {
  const routed = new Map(apis.flatMap(({ operations }) => operations.map(each => [each.id, each] as const)))
  return declared.flatMap(({ endpoint }) => {
    const known = routed.get(endpoint.route)
    return known === undefined ? [] : [{ endpoint, routed: known }]
  })
}

import type { Snapshot } from '@sallyport/core'
import { buildRoutes, type Issuer, type Routes, type StagePorts } from '@sallyport/stages'
import { checkOperation, requireKnownNames } from './load-checks.ts'

/** The routes of an application. Rejects with TypeError where a rule can't be made or doesn't go with another. */
export async function routesOf(snapshot: Snapshot<StagePorts, Issuer>, ports: StagePorts): Promise<Routes> {
  const operations = snapshot.apis.flatMap(each => each.operations)
  for (const operation of operations) checkOperation(operation, ports)
  requireKnownNames(operations, ports)
  return buildRoutes(snapshot, ports)
}

import type { Api, ErrorForm, GatewayRules, Guard, Snapshot } from '@sallyport/core'
import { TemplateTable } from '@sallyport/core'
import { inOrder } from './asks/in-order.ts'
import { HeldBodies } from './bodies/held-bodies.ts'
import { depthOf } from './forward/upstream-target.ts'
import { resourcePaths } from './identify/resource-metadata.ts'
import type { Made } from './judge.ts'
import { makeAll } from './made-once.ts'
import type { Issuer, StagePorts } from './ports.ts'
import { Findings } from './record/findings.ts'
import { type LogRedaction, logRedaction } from './record/redaction.ts'
import type { Route } from './route.ts'
import { routeMaker } from './route-maker.ts'
import { Copies } from './shadow/copies.ts'

/** The operations that share a path template, in the order in which they are chosen: the method is looked at after the path. */
export type Branch = readonly Route[]

/** The operations of one API; `depth` is how many segments its path has. */
interface ApiTable {
  readonly depth: number
  readonly table: TemplateTable<Branch>
  /** What holds for refusals of calls that led to none of them. */
  readonly outside: readonly Made<Guard>[]
  readonly errors: ErrorForm
  /** What answers CORS preflights, whatever their path. */
  readonly preflight: Route | undefined
}

/** APIs by their path. */
export interface Served {
  readonly apis: ReadonlyMap<string, ApiTable>
  /** How many segments the longest API path has. */
  readonly deepest: number
}

export interface Routes extends Served {
  readonly hash: string
  readonly gateway: GatewayRules
  /** What calls without TLS meet, where that isn't what all others do. */
  readonly plain: Served | undefined
  /** What holds for refusals of calls that led to no API. */
  readonly outside: readonly Made<Guard>[]
  readonly size: number
  /** What is taken out of records. */
  readonly redaction: LogRedaction
  /** Bodies in memory that were read to judge calls of these routes. */
  readonly held: HeldBodies
  /** What rules found against calls of these routes that they let pass. */
  readonly findings: Findings
  /** Bodies that went by and were copied for rules that are tried: apart, so that they leave those that judge their room. */
  readonly copies: Copies
}

type BuildSnapshot = Snapshot<StagePorts, Issuer>

const pause = () => new Promise<void>(resolve => setImmediate(resolve))
const operationsAtOnce = 200

/**
 * Makes every route of a snapshot, in pieces, so that calls under way are not held up.
 * Throws what a guard throws that cannot be made: then the routes before stay.
 */
export async function buildRoutes(snapshot: BuildSnapshot, ports: StagePorts): Promise<Routes> {
  const held = new HeldBodies()
  const findings = new Findings()
  const copies = new Copies()
  const protect = makeAll<Guard>(ports)
  const redaction = logRedaction(snapshot.gateway.record.redact)
  const make = routeMaker(ports, { held, copies, findings }, redaction, protect)
  let size = 0
  const tableOf = async (api: Api<StagePorts>): Promise<ApiTable> => {
    const branches = new Map<string, Route[]>()
    const resourcePathOf = resourcePaths(api)
    for (const operation of api.operations) {
      if (++size % operationsAtOnce === 0) await pause()
      const branch = branches.get(operation.template) ?? []
      branch.push(make(api, operation, resourcePathOf(operation.template)))
      branches.set(operation.template, branch)
    }
    const table = new TemplateTable([...branches].map(([template, value]) => ({ template, value: inOrder(value) })))
    const preflight = api.preflight && make(api, api.preflight)
    return { depth: depthOf(api.path), table, outside: protect(api.outside), errors: api.errors, preflight }
  }
  const serve = async (written: readonly Api<StagePorts>[]): Promise<Served> => {
    const apis = new Map<string, ApiTable>()
    for (const api of written) apis.set(api.path, await tableOf(api))
    return { apis, deepest: Math.max(0, ...[...apis.values()].map(({ depth }) => depth)) }
  }
  const served = await serve(snapshot.apis)
  const plain = snapshot.plain && (await serve([snapshot.plain]))
  const outside = protect(snapshot.outside)
  const { hash, gateway } = snapshot
  return { ...served, hash, gateway, plain, outside, size, redaction, held, copies, findings }
}

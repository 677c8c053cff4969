import { type Api, type AuthorizeGuard, type Guard, type Operation, Registry, type Site } from '@sallyport/core'
import { needsBody } from './bodies/needs-body.ts'
import { frameMaker, type Keeping, type MakeGuards, noTrials, sharedFrames } from './frame.ts'
import { hooksOf } from './hooks.ts'
import type { Identification } from './identify/identification.ts'
import type { Made } from './judge.ts'
import { makeAll } from './made-once.ts'
import type { StagePorts } from './ports.ts'
import { policyRecorder } from './record/facts.ts'
import type { LogRedaction } from './record/redaction.ts'
import type { Route } from './route.ts'
import { rulesTold } from './rules-told.ts'
import { CopiedBody, Copy } from './shadow/copied.ts'
import type { Copies } from './shadow/copies.ts'
import { trialMaker } from './shadow/trials.ts'
import { sharedBy } from './shared-by.ts'

/** Throws where a guard wants what this place can't give. */
function requireGiven({ name, guard }: Made<Guard>, site: Site, place: string): void {
  const missing = guard.needs?.find(need => site[need] === undefined)
  if (missing !== undefined) throw new TypeError(`${place}: ${name} needs ${missing}, which there is none of here`)
}

const copier =
  (maxBody: number, copies: Copies): NonNullable<Route['copied']> =>
  (body, call) =>
    body.length === 0 ? body : new CopiedBody(body, new Copy(call, maxBody, copies))

/** Makes routes. Throws what a guard throws that cannot be made. */
export function routeMaker(ports: StagePorts, keeping: Keeping, redaction: LogRedaction, protect: MakeGuards) {
  const trials = trialMaker(ports, keeping)
  const authorize = makeAll<AuthorizeGuard>(ports)
  const frameOf = sharedFrames(frameMaker(ports, keeping, protect, trials))
  const told = new Registry<Route['rules']>()
  const recorder = sharedBy((identify: Identification, ...rights: readonly Made<AuthorizeGuard>[]) =>
    policyRecorder(rights, identify, redaction),
  )
  return (api: Api<StagePorts>, operation: Operation<StagePorts>, resourcePath = api.path): Route => {
    const { tried } = operation
    const frame = frameOf(api, operation, tried ?? noTrials)
    const { shared, looks, leaves, hooks, trialSetting } = frame
    const onTrial = tried?.authorize.flatMap(rule => trials.guards(rule, 'authorize', trialSetting)) ?? []
    const rights = [...authorize(operation.authorize), ...onTrial]
    const reads = frame.readsBodies || onTrial.some(({ guard }) => needsBody(guard))
    for (const made of [...rights, ...looks, ...leaves]) requireGiven(made, shared.site, `${api.name} ${operation.id}`)
    const acting = rights.some(({ guard }) => guard.prepare ?? guard.reply ?? guard.done)
    const rules = rulesTold(operation)
    return {
      ...shared,
      operation: operation.id,
      resourcePath,
      method: operation.method,
      selector: operation.selector,
      authorize: rights,
      scopes: [...new Set(rights.flatMap(({ guard }) => guard.scopes))],
      hooks: acting ? hooksOf({ authorize: rights, inspect: looks, protect: leaves }) : hooks,
      policies: recorder(shared.identify, ...rights.filter(({ guard }) => guard.policies !== undefined)),
      rules: told.get(JSON.stringify(rules), () => rules),
      copied: reads ? copier(shared.maxBody, keeping.copies) : undefined,
    }
  }
}

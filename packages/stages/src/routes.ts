import type {
  AdmitGuard,
  Api,
  AuthorizeGuard,
  ErrorForm,
  GatewayRules,
  Guard,
  JsonLimits,
  Limit,
  Method,
  Operation,
  Rule,
  Selector,
  Site,
  Snapshot,
} from '@sallyport/core'
import { Registry, TemplateTable } from '@sallyport/core'
import { HeldBodies } from './bodies/held-bodies.ts'
import { makeResponder, type Responder } from './forward/forward.ts'
import { type Hooks, hooksOf, withHook } from './hooks.ts'
import { type AttemptRules, attemptRules } from './identify/attempts.ts'
import { type Identification, makeIdentification } from './identify/identification.ts'
import { audienceFor, type TokenRules, widestOf } from './identify/token-policy.ts'
import type { Made } from './judge.ts'
import { policyOf } from './limit/headers.ts'
import type { Issuer, StagePorts } from './ports.ts'
import { Findings } from './record/findings.ts'
import { type LogRedaction, logRedaction } from './record/redaction.ts'
import { rulesTold } from './rules-told.ts'
import { makeSite } from './site.ts'

/** A limit with the part of its RateLimit-Policy that never changes. */
export interface NamedLimit extends Made<Limit> {
  readonly policy: string
}

/** One operation with its guards made: all that a call needs to know of the rules. */
export interface Route {
  readonly api: string
  readonly apiPath: string
  readonly keepPath: boolean
  readonly errors: ErrorForm
  readonly operation: string
  readonly method: string
  readonly selector: Selector | undefined
  readonly admit: readonly Made<AdmitGuard>[]
  readonly admitLimit: readonly NamedLimit[]
  readonly maxBody: number
  /** What a JSON body may hold. */
  readonly json: Required<JsonLimits>
  readonly identify: Identification
  readonly attempts: AttemptRules
  readonly authorize: readonly Made<AuthorizeGuard>[]
  /** The scopes that a challenge names. */
  readonly scopes: readonly string[]
  readonly limit: readonly NamedLimit[]
  readonly inspect: readonly Made<Guard>[]
  readonly responder: Responder
  /** The guards that do more than check, and what they are given of a call. */
  readonly hooks: Hooks
  readonly site: Site
  /** What is asked of magic tokens. */
  readonly tokens: TokenRules
  /** Bodies in memory that were read to judge calls. */
  readonly held: HeldBodies
  /** Stage by stage the names and labels of the rules, for records. */
  readonly rules: Readonly<Record<string, string[]>>
  readonly ports: StagePorts
}

/** The operations that share a path template: the method is looked at after the path. */
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
}

type BuildSnapshot = Snapshot<StagePorts, Issuer>
type BuildOperation = Operation<StagePorts>

/** Makes each rule once, however many operations inherit it. */
function makeOnce<G>(ports: StagePorts): (rule: Rule<StagePorts, G>) => G {
  const made = new Map<Rule<StagePorts, G>, G>()
  return rule => {
    const guard = made.get(rule) ?? rule.create(ports, rule)
    made.set(rule, guard)
    return guard
  }
}

function makeAll<G>(ports: StagePorts): (rules: readonly Rule<StagePorts, G>[]) => Made<G>[] {
  const make = makeOnce<G>(ports)
  return rules => rules.map(rule => ({ name: rule.name, guard: make(rule) }))
}

/** Throws where a guard wants what this place can't give. */
function requireGiven({ name, guard }: Made<Guard>, site: Site, place: string): void {
  const missing = guard.needs?.find(need => site[need] === undefined)
  if (missing !== undefined) throw new TypeError(`${place}: ${name} needs ${missing}, which there is none of here`)
}

/** Makes the guards of inspect or protect, one each for the whole snapshot. */
type MakeGuards = (rules: readonly Rule<StagePorts, Guard>[]) => Made<Guard>[]

/** Makes the routes of one API. Throws what a guard throws that cannot be made. */
function routeMaker(ports: StagePorts, held: HeldBodies, findings: Findings, protect: MakeGuards) {
  const method = makeOnce<Method>(ports)
  const admit = makeAll<AdmitGuard>(ports)
  const authorize = makeAll<AuthorizeGuard>(ports)
  const limits = makeAll<Limit>(ports)
  const limit = (rules: readonly Rule<StagePorts, Limit>[]): NamedLimit[] =>
    limits(rules).map(made => ({ ...made, policy: policyOf(made.name, made.guard.rule) }))
  const attempts = attemptRules(ports.gateway.guessing)
  const inspect = makeAll<Guard>(ports)
  const widest = new Registry<TokenRules['widest']>()
  return (api: Api<StagePorts>, operation: BuildOperation): Route => {
    const identify = makeIdentification(operation.identify, method)
    const rights = authorize(operation.authorize)
    const { maxBody, json } = operation
    const setting = { apiPath: api.path, keepPath: api.keepPath, maxBody, json, identify, ports }
    const looks = inspect(operation.inspect)
    const leaves = protect(operation.protect)
    const responder = makeResponder(setting, operation.destination)
    const site = makeSite({ ...setting, held, findings, looks, responder })
    for (const made of [...rights, ...looks, ...leaves]) requireGiven(made, site, `${api.name} ${operation.id}`)
    return {
      ...setting,
      api: api.name,
      errors: api.errors,
      operation: operation.id,
      method: operation.method,
      selector: operation.selector,
      admit: admit(operation.admit),
      admitLimit: limit(operation.admitLimit),
      attempts,
      authorize: rights,
      scopes: [...new Set(rights.flatMap(({ guard }) => guard.scopes))],
      limit: limit(operation.limit),
      inspect: [...withHook(leaves, 'check'), ...looks],
      hooks: hooksOf({ authorize: rights, inspect: looks, protect: leaves }),
      ...{ responder, site },
      tokens: {
        audience: audienceFor(api.name, operation.destination),
        policy: api.tokens,
        widest: widest.get(api.name, () => widestOf(api.tokens)),
      },
      held,
      rules: rulesTold(operation),
    }
  }
}

const pause = () => new Promise<void>(resolve => setImmediate(resolve))
const operationsAtOnce = 200

/** How many segments an API's path has: `/a/b` has two, the root none. */
const depthOf = (path: string) => path.split('/').length - 1

/**
 * Makes every route of a snapshot, in pieces, so that calls under way are not held up.
 * Throws what a guard throws that cannot be made: then the routes before stay.
 */
export async function buildRoutes(snapshot: BuildSnapshot, ports: StagePorts): Promise<Routes> {
  const held = new HeldBodies()
  const findings = new Findings()
  const protect = makeAll<Guard>(ports)
  const make = routeMaker(ports, held, findings, protect)
  let size = 0
  const tableOf = async (api: Api<StagePorts>): Promise<ApiTable> => {
    const branches = new Map<string, Route[]>()
    for (const operation of api.operations) {
      if (++size % operationsAtOnce === 0) await pause()
      const branch = branches.get(operation.template) ?? []
      branch.push(make(api, operation))
      branches.set(operation.template, branch)
    }
    const table = new TemplateTable([...branches].map(([template, value]) => ({ template, value })))
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
  const redaction = logRedaction(snapshot.gateway.record.redact)
  return { ...served, hash: snapshot.hash, gateway: snapshot.gateway, plain, outside, size, redaction, held, findings }
}

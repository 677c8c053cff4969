import type {
  AdmitGuard,
  Api,
  ApiLabels,
  AuthorizeGuard,
  ErrorForm,
  Guard,
  JsonLimits,
  Limit,
  Method,
  Operation,
  RequestBody,
  Rule,
  Selector,
  Site,
  TriedRules,
} from '@sallyport/core'
import { noLabels, Registry } from '@sallyport/core'
import type { HeldBodies } from './bodies/held-bodies.ts'
import { makeResponder, type Responder } from './forward/forward.ts'
import { type Hooks, hooksOf, withHook } from './hooks.ts'
import { type AttemptRules, attemptRules } from './identify/attempts.ts'
import { type Identification, makeIdentification } from './identify/identification.ts'
import { audienceFor, type TokenRules, widestOf } from './identify/token-policy.ts'
import { inspectKinds } from './inspect/index.ts'
import type { Made } from './judge.ts'
import { policyOf } from './limit/headers.ts'
import type { StagePorts } from './ports.ts'
import { protectKinds } from './protect/index.ts'
import { type PolicyRecorder, policyRecorder } from './record/facts.ts'
import type { LogRedaction } from './record/redaction.ts'
import { rulesTold } from './rules-told.ts'
import { sharedBy } from './shared-by.ts'
import { makeSite } from './site.ts'
import { CopiedBody, Copy } from './trials/copied.ts'
import type { Copies } from './trials/copies.ts'
import {
  inOrder,
  readsBodies,
  type SharedLimit,
  type TrialKeeping,
  type TrialSetting,
  type Trials,
  trialMaker,
} from './trials/trials.ts'

/** A limit with the part of its RateLimit-Policy that never changes. */
export interface NamedLimit extends Made<Limit> {
  readonly policy: string
}

/** One operation with its guards made: all that a call needs to know of the rules. */
export interface Route {
  readonly api: string
  readonly labels: ApiLabels
  readonly apiPath: string
  /** What challenges tell the metadata of. */
  readonly resourcePath: string
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
  /** Limits on trial that are enforced for some callers: taken with the others, and shown to nobody. */
  readonly sharedLimits: readonly (NamedLimit & SharedLimit)[]
  readonly inspect: readonly Made<Guard>[]
  /** A body of which a copy is kept; missing where no rule on trial reads any. */
  readonly copied: ((body: RequestBody, call: string) => RequestBody) | undefined
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
  /** What is recorded of its policies, where it has any. */
  readonly policies: PolicyRecorder | undefined
}

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

export function makeAll<G>(ports: StagePorts): (rules: readonly Rule<StagePorts, G>[]) => Made<G>[] {
  const make = makeOnce<G>(ports)
  const named = sharedBy((rule: Rule<StagePorts, G>): Made<G> => ({ name: rule.name, guard: make(rule) }))
  return rules => rules.map(rule => named(rule))
}

/** Throws where a guard wants what this place can't give. */
function requireGiven({ name, guard }: Made<Guard>, site: Site, place: string): void {
  const missing = guard.needs?.find(need => site[need] === undefined)
  if (missing !== undefined) throw new TypeError(`${place}: ${name} needs ${missing}, which there is none of here`)
}

/** Rules on trial that operations share. */
type SharedTrials = Omit<TriedRules<StagePorts>, 'authorize'>

const noTrials: SharedTrials = { limit: [], inspect: [], protect: [] }

/** Makes the guards of inspect or protect, one each for the whole snapshot. */
type MakeGuards = (rules: readonly Rule<StagePorts, Guard>[]) => Made<Guard>[]

/** What follows from these of an operation is the same for all that share them. */
type Shared = Pick<
  BuildOperation,
  'admit' | 'admitLimit' | 'maxBody' | 'json' | 'identify' | 'limit' | 'inspect' | 'protect' | 'destination'
>

/** What a route has of its own. */
type Own = Pick<
  Route,
  | 'operation'
  | 'resourcePath'
  | 'method'
  | 'selector'
  | 'authorize'
  | 'scopes'
  | 'hooks'
  | 'rules'
  | 'policies'
  | 'copied'
>

interface Frame {
  readonly shared: Omit<Route, keyof Own>
  readonly looks: readonly Made<Guard>[]
  readonly leaves: readonly Made<Guard>[]
  /** What holds where no right does more than check. */
  readonly hooks: Hooks
  readonly trialSetting: TrialSetting
  /** Whether a rule on trial may read what callers send. */
  readonly readsBodies: boolean
}

const withPolicy = <M extends Made<Limit>>(made: M): M & NamedLimit => ({
  ...made,
  policy: policyOf(made.name, made.guard.rule),
})

/** Where what is read and found of calls is kept. */
interface Keeping extends TrialKeeping {
  readonly held: HeldBodies
}

/** Bytes that rules on trial may see of an answer that is made in this process. */
const handledMax = 10 * 2 ** 20

/** Makes what operations share. Throws what a guard throws that cannot be made. */
function frameMaker(ports: StagePorts, { held, copies, findings }: Keeping, protect: MakeGuards, trials: Trials) {
  const method = makeOnce<Method>(ports)
  const admit = makeAll<AdmitGuard>(ports)
  const limits = makeAll<Limit>(ports)
  const limit = (rules: readonly Rule<StagePorts, Limit>[]): NamedLimit[] => limits(rules).map(withPolicy)
  const attempts = attemptRules(ports.gateway.guessing)
  const inspect = makeAll<Guard>(ports)
  const widest = new Registry<TokenRules['widest']>()
  return (api: Api<StagePorts>, operation: Shared, tried: SharedTrials): Frame => {
    const identify = makeIdentification(operation.identify, method)
    const { maxBody, json } = operation
    const setting = { apiPath: api.path, keepPath: api.keepPath, maxBody, json, identify, ports }
    const enforced = inspect(operation.inspect)
    const responder = makeResponder(setting, operation.destination)
    const siteSetting = { ...setting, findings, looks: enforced, responder }
    const trialSetting = {
      site: makeSite({ ...siteSetting, held: copies }),
      maxAnswer: responder.kind === 'upstream' ? responder.rule.maxAnswer : handledMax,
    }
    const onTrial = (stage: 'inspect' | 'protect') =>
      tried[stage].map(rule => ({ rule, made: trials.guards(rule, stage, trialSetting) }))
    const [triedLooks, triedLeaves] = [onTrial('inspect'), onTrial('protect')]
    const looks = inOrder(inspectKinds, operation.inspect, enforced, triedLooks)
    const leaves = inOrder(protectKinds, operation.protect, protect(operation.protect), triedLeaves)
    const triedLimits = tried.limit.map(rule => trials.limit(rule, trialSetting))
    const shared = {
      ...setting,
      api: api.name,
      labels: api.labels ?? noLabels,
      errors: api.errors,
      admit: admit(operation.admit),
      admitLimit: limit(operation.admitLimit),
      attempts,
      limit: limit(operation.limit),
      sharedLimits: triedLimits.flatMap(({ shared }) => shared).map(withPolicy),
      inspect: [...triedLimits.map(({ watching }) => watching), ...withHook(leaves, 'check'), ...looks],
      responder,
      site: makeSite({ ...siteSetting, held }),
      tokens: {
        audience: audienceFor(api.name, operation.destination),
        policy: api.tokens,
        widest: widest.get(api.name, () => widestOf(api.tokens)),
      },
      held,
    }
    const watched = [...triedLimits.map(({ watching }) => watching), ...looks]
    const hooks = hooksOf({ authorize: [], inspect: watched, protect: leaves })
    const reads = readsBodies([...triedLooks, ...triedLeaves].flatMap(({ made }) => made))
    return { shared, looks: watched, leaves, hooks, trialSetting, readsBodies: reads }
  }
}

type FrameOf = ReturnType<typeof frameMaker>

/** The same for operations whose parts are the same: ten thousand that inherit their rules take little more than one. */
function sharedFrames(make: FrameOf): FrameOf {
  const shared = sharedBy(
    (
      api: Api<StagePorts>,
      destination: Shared['destination'],
      identify: Shared['identify'],
      admit: Shared['admit'],
      admitLimit: Shared['admitLimit'],
      limit: Shared['limit'],
      inspect: Shared['inspect'],
      protect: Shared['protect'],
      json: Shared['json'],
      maxBody: number,
      tried: SharedTrials,
    ) => make(api, { destination, identify, admit, admitLimit, limit, inspect, protect, json, maxBody }, tried),
  )
  const trials = sharedBy(
    (limit: SharedTrials['limit'], inspect: SharedTrials['inspect'], protect: SharedTrials['protect']) => ({
      ...{ limit, inspect, protect },
    }),
  )
  return (api, { destination, identify, admit, admitLimit, limit, inspect, protect, json, maxBody }, tried) => {
    const together = trials(tried.limit, tried.inspect, tried.protect)
    return shared(api, destination, identify, admit, admitLimit, limit, inspect, protect, json, maxBody, together)
  }
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
  return (api: Api<StagePorts>, operation: BuildOperation, resourcePath = api.path): Route => {
    const { tried } = operation
    const frame = frameOf(api, operation, tried ?? noTrials)
    const { shared, looks, leaves, hooks, trialSetting } = frame
    const onTrial = tried?.authorize.flatMap(rule => trials.guards(rule, 'authorize', trialSetting)) ?? []
    const rights = [...authorize(operation.authorize), ...onTrial]
    const reads = frame.readsBodies || readsBodies(onTrial)
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

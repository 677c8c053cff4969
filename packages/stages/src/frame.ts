import {
  type AdmitGuard,
  type Api,
  type Guard,
  type Limit,
  type Method,
  makeOnce,
  noLabels,
  type Operation,
  Registry,
  type Rule,
  type TriedRules,
} from '@sallyport/core'
import type { HeldBodies } from './bodies/held-bodies.ts'
import { needsBody } from './bodies/needs-body.ts'
import { makeResponder } from './forward/forward.ts'
import { type Hooks, hooksOf, withHook } from './hooks.ts'
import { attemptRules } from './identify/attempts.ts'
import { makeIdentification } from './identify/identification.ts'
import { audienceFor, type TokenRules, widestOf } from './identify/token-policy.ts'
import { inspectKinds } from './inspect/index.ts'
import type { Made } from './judge.ts'
import { policyOf } from './limit/headers.ts'
import { makeAll } from './made-once.ts'
import type { StagePorts } from './ports.ts'
import { protectKinds } from './protect/index.ts'
import type { NamedLimit, Route } from './route.ts'
import { inOrder } from './shadow/among-enforced.ts'
import type { TrialKeeping, TrialSetting, Trials } from './shadow/trials.ts'
import { sharedBy } from './shared-by.ts'
import { makeSite } from './site.ts'

/** Rules on trial that operations share. */
type SharedTrials = Omit<TriedRules<StagePorts>, 'authorize'>

export const noTrials: SharedTrials = { limit: [], inspect: [], protect: [] }

/** Makes the guards of inspect or protect, one each for the whole snapshot. */
export type MakeGuards = (rules: readonly Rule<StagePorts, Guard>[]) => Made<Guard>[]

/** What follows from these of an operation is the same for all that share them. */
type Shared = Pick<
  Operation<StagePorts>,
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

/** What operations have in common whose parts are the same. */
export interface Frame {
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
export interface Keeping extends TrialKeeping {
  readonly held: HeldBodies
}

/** Bytes that rules on trial may see of an answer that is made in this process. */
const handledMax = 10 * 2 ** 20

/** Makes what operations share. Throws what a guard throws that cannot be made. */
export function frameMaker(
  ports: StagePorts,
  { held, copies, findings }: Keeping,
  protect: MakeGuards,
  trials: Trials,
) {
  const method = makeOnce<StagePorts, Method>(ports)
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
    const reads = [...triedLooks, ...triedLeaves].some(({ made }) => made.some(({ guard }) => needsBody(guard)))
    return { shared, looks: watched, leaves, hooks, trialSetting, readsBodies: reads }
  }
}

type FrameOf = ReturnType<typeof frameMaker>

/** The same for operations whose parts are the same: ten thousand that inherit their rules take little more than one. */
export function sharedFrames(make: FrameOf): FrameOf {
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

import type { BodyCondition, CacheUse, Call, Level, Principal, Reply, Take, View } from '@sallyport/core'
import type { NamedLimit, Route } from './route.ts'

declare const brand: unique symbol

/**
 * What a call has become, stage by stage. Each value holds what the one before it held and only its own stage makes
 * it, so that a stage which is left out does not compile.
 */
export interface Admitted {
  readonly [brand]: 'admitted'
  readonly call: Call
  readonly route: Route
  /** How the limits stand that needed no caller. */
  readonly edge: Counts
}

export interface Identified {
  readonly [brand]: 'identified'
  readonly admitted: Admitted
  readonly view: View
}

export interface Authorized {
  readonly [brand]: 'authorized'
  readonly identified: Identified
  /** What the caller's own token wants of the body; inspect sees to it. */
  readonly bodies: readonly BodyCondition[]
}

/** What was taken of limits, and how each stands after it. */
export interface Counts {
  readonly takes: readonly Take[]
  readonly levels: readonly Level[]
}

export interface Counted extends Counts {
  readonly [brand]: 'counted'
  readonly authorized: Authorized
  /** Those of the route that counted it, in the order of `takes`. */
  readonly limits: readonly NamedLimit[]
}

export interface Cleared {
  readonly [brand]: 'cleared'
  readonly counted: Counted
  /** What goes on: the call with its body as it came, or as inspect opened it. */
  readonly view: View
}

export interface Answered {
  readonly [brand]: 'answered'
  readonly cleared: Cleared
  readonly reply: Reply
  /** Milliseconds until the upstream's header was there; undefined where no upstream was asked. */
  readonly upstreamMs: number | undefined
  /** What the cache did; undefined where none was asked. */
  readonly cache: CacheUse | undefined
}

export type Passed = Admitted | Identified | Authorized | Counted | Cleared | Answered

/** The one place that grants a brand. Only the stages import it. */
export function grant<Value extends Passed>(value: Omit<Value, typeof brand>): Value {
  return value as Value
}

/** What is known of a call, however far it came. */
export interface Progress {
  readonly call: Call | undefined
  readonly route: Route | undefined
  readonly principal: Principal | undefined
  /** The one that the guards judged. */
  readonly view: View | undefined
  readonly counted: Counted | undefined
  readonly upstreamMs: number | undefined
  readonly cache: CacheUse | undefined
}

const nothing: Progress = {
  call: undefined,
  route: undefined,
  principal: undefined,
  view: undefined,
  counted: undefined,
  upstreamMs: undefined,
  cache: undefined,
}

function ofCounted(counted: Counted, upstreamMs: number | undefined, cache: CacheUse | undefined): Progress {
  const { admitted, view } = counted.authorized.identified
  return { call: view.call, route: admitted.route, principal: view.principal, view, counted, upstreamMs, cache }
}

export function progressOf(passed: Passed | undefined): Progress {
  if (passed === undefined) return nothing
  if ('reply' in passed) return ofCounted(passed.cleared.counted, passed.upstreamMs, passed.cache)
  if ('counted' in passed) return ofCounted(passed.counted, undefined, undefined)
  if ('takes' in passed) return ofCounted(passed, undefined, undefined)
  if ('identified' in passed) return progressOf(passed.identified)
  if (!('view' in passed)) return { ...nothing, call: passed.call, route: passed.route }
  const { admitted, view } = passed
  return { ...nothing, call: view.call, route: admitted.route, principal: view.principal, view }
}

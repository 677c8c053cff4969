import type { AuthorizeGuard, Guard, Limit } from './guard.ts'
import { onceEach } from './remembered.ts'

/** Where a rule was written: in identify and forward the nearest wins; in the other stages they add up. */
export type RuleOrigin = 'gateway' | 'api' | 'operation' | 'openapi'

/** How a rule is tried before it is enforced: what it would do stands in records, and does nothing. */
export interface Trial {
  /** Milliseconds since the epoch: by then somebody should have decided what becomes of it. */
  readonly until: number
  /** The part of callers for whom it is enforced all the same, from 0 to 1. */
  readonly share: number
  /** Whether it was written in a section `shadow`, beside the rules that are enforced. */
  readonly isBeside: boolean
}

/**
 * One rule of one stage, checked and ready to be made: `create` gives the guard its functions once, at load.
 * `owner` names the place that wrote it (`gateway`, `warehouse`, `warehouse GET /items`), so state under
 * `owner` and `name` outlives a reload.
 */
export interface Rule<Ports, Made> {
  readonly kind: string
  readonly name: string
  readonly from: RuleOrigin
  readonly owner: string
  /** What the rule asks, in a few words: `scope list_items`, `100/second per application`. */
  readonly label: string
  /** The checked settings, for printing, comparing and hashing. Secrets in it are `Secret`. */
  readonly config: unknown
  /** Present where it is only tried. */
  readonly trial?: Trial | undefined
  create(ports: Ports, rule: { readonly owner: string; readonly name: string }): Made
}

/** Makes the guard of each rule once, however many operations inherit it. */
export const makeOnce = <Ports, Made>(ports: Ports) =>
  onceEach((rule: Rule<Ports, Made>): Made => rule.create(ports, rule))

/** A rule that is tried. */
export interface TriedRule<Ports, Made> extends Rule<Ports, Made> {
  readonly trial: Trial
}

export const isTried = <Written extends { readonly trial?: Trial | undefined }>(
  rule: Written,
): rule is Written & { readonly trial: Trial } => rule.trial !== undefined

/** The rules of an operation that are tried, by stage. None of them stands among those that are enforced. */
export interface TriedRules<Ports> {
  readonly authorize: readonly TriedRule<Ports, AuthorizeGuard>[]
  readonly limit: readonly TriedRule<Ports, Limit>[]
  readonly inspect: readonly TriedRule<Ports, Guard>[]
  readonly protect: readonly TriedRule<Ports, Guard>[]
}

import {
  type AdmitGuard,
  type AuthorizeGuard,
  type Guard,
  type Limit,
  type Operation,
  onceEach,
  type Rule,
  type Snapshot,
} from '@sallyport/core'
import type { Issuer, StagePorts } from '@sallyport/stages'

export type Rules = Snapshot<StagePorts, Issuer>
type AnyRule = Rule<StagePorts, unknown>

/** The lists of rules that an operation has, beside how it tells callers apart. */
export const listNames = ['admit', 'admitLimit', 'authorize', 'limit', 'inspect', 'protect'] as const
export type ListName = (typeof listNames)[number]

/** Names a rule: what was written at one place is one rule, for however many operations. */
export const keyOf = (list: ListName, { owner, name, label }: AnyRule) => JSON.stringify([list, owner, name, label])
export const partKey = (key: string, part: string) => `${key} ${JSON.stringify(part)}`

/** What becomes of rules. */
export interface Change {
  /** Whether a rule stays. */
  keeps(list: ListName, rule: AnyRule): boolean
  /** Those that stay may be others. */
  readonly admit?: (rule: Rule<StagePorts, AdmitGuard>) => Rule<StagePorts, AdmitGuard>
  readonly authorize?: (rule: Rule<StagePorts, AuthorizeGuard>) => Rule<StagePorts, AuthorizeGuard>
  readonly limit?: (rule: Rule<StagePorts, Limit>) => Rule<StagePorts, Limit>
  readonly guard?: (rule: Rule<StagePorts, Guard>, list: 'inspect' | 'protect') => Rule<StagePorts, Guard>
  readonly operation?: (operation: Operation<StagePorts>) => Operation<StagePorts>
}

/** Rules with every one of them changed, wherever it holds. */
export function changed(snapshot: Rules, change: Change): Rules {
  const list = <Made>(name: ListName, more = (rule: Rule<StagePorts, Made>) => rule) => {
    const each = onceEach((rule: Rule<StagePorts, Made>) => (change.keeps(name, rule) ? [more(rule)] : []))
    return onceEach((rules: readonly Rule<StagePorts, Made>[]) => rules.flatMap(each))
  }
  const admit = list<AdmitGuard>('admit', change.admit)
  const admitLimit = list<Limit>('admitLimit')
  const limit = list<Limit>('limit', change.limit)
  const authorize = list<AuthorizeGuard>('authorize', change.authorize)
  const inspect = list<Guard>('inspect', rule => change.guard?.(rule, 'inspect') ?? rule)
  const protect = list<Guard>('protect', rule => change.guard?.(rule, 'protect') ?? rule)
  const operation = (written: Operation<StagePorts>): Operation<StagePorts> => {
    const made = {
      ...written,
      admit: admit(written.admit),
      admitLimit: admitLimit(written.admitLimit),
      authorize: authorize(written.authorize),
      limit: limit(written.limit),
      inspect: inspect(written.inspect),
      protect: protect(written.protect),
    }
    return change.operation?.(made) ?? made
  }
  const apis = snapshot.apis.map(api => ({
    ...api,
    outside: protect(api.outside),
    preflight: api.preflight && operation(api.preflight),
    operations: api.operations.map(operation),
  }))
  return { ...snapshot, outside: protect(snapshot.outside), apis }
}

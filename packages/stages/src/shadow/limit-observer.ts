import { type Finding, type Guard, type Limit, Problem, type Take, type Taken, type View } from '@sallyport/core'
import type { StagePorts } from '../ports.ts'
import { refusalFound } from './findings-of-trial.ts'
import { type Observing, tell } from './observer.ts'
import type { IsEnforced } from './sharing.ts'

/** What a limit on trial took of counters of its own. */
interface Counting {
  readonly take: Take | undefined
  readonly taken: Taken | Promise<Taken>
}

/** Counters of limits that are tried are named apart, whatever store they are in. */
const apart = (take: Take): Take => ({ ...take, key: `shadow ${take.key}` })

function exceeded({ allowed, levels }: Taken, rule: string): readonly Finding[] {
  if (allowed) return []
  const left = levels[0]?.retryMs ?? 0
  const problem = new Problem('limit-exceeded', {}, `limit ${rule} would be used up; free again in ${left} ms`)
  return [refusalFound(problem, { stage: 'limit', rule })]
}

/**
 * Counts, in counters of its own, the calls that every enforced limit let pass, and says of which the limit would have refused. No call
 * waits for these counters.
 */
export function limitObserver(
  rule: string,
  limit: Limit,
  isEnforced: IsEnforced,
  { clock, trialCounters, fault }: Pick<StagePorts, 'clock' | 'trialCounters' | 'fault'>,
  observing: Pick<Observing, 'findings' | 'late'>,
): Guard {
  const calls = new Map<string, Counting>()
  const whose = { stage: 'limit', rule } as const
  const released = ({ take }: Counting, { allowed }: Taken) => {
    if (!allowed || take?.rule.algorithm !== 'concurrency') return
    const pending = trialCounters.release([take], clock.now())
    if (pending instanceof Promise) pending.catch(fault)
  }
  const counting = (view: View): Counting | undefined => {
    const { call, principal } = view
    try {
      if (limit.counts?.(view) === false) return undefined
      const take = apart(limit.take(call, principal))
      const taken = trialCounters.take([take], call.at)
      if (taken instanceof Promise) taken.catch(() => undefined)
      return { take, taken }
    } catch (error) {
      const failed = Promise.reject(error)
      failed.catch(() => undefined)
      return { take: undefined, taken: failed }
    }
  }
  return {
    check(view) {
      const counted = isEnforced(view) ? undefined : counting(view)
      if (counted !== undefined) calls.set(view.call.id, counted)
    },
    done(_, { call }) {
      const counted = calls.get(call.id)
      if (counted === undefined) return
      calls.delete(call.id)
      const judged = (taken: Taken) => {
        released(counted, taken)
        return exceeded(taken, rule)
      }
      const { taken } = counted
      const said =
        taken instanceof Promise ? taken.then(judged).catch(error => [refusalFound(error, whose)]) : judged(taken)
      tell(said, call.id, whose, observing)
    },
  }
}

import {
  type AdmitGuard,
  type AuthorizeGuard,
  after,
  attempt,
  type Guard,
  type Limit,
  type Operation,
  Problem,
  type Reply,
  type Rule,
  type RuleParts,
  type Site,
  type View,
} from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Agreed } from './caller.ts'
import { presentCall } from './present.ts'
import { changed, keyOf, type ListName, partKey, type Rules } from './rules.ts'

/** What became known of rules when their guards were made. */
export interface MadeRules {
  /** By the rule's key. */
  readonly parts: Map<string, RuleParts['all']>
  /** Keys of rules that change what goes on or leaves. */
  readonly changing: Set<string>
}

/** The parts that decide of a call; none where that can't be told. */
function decidingOf(parts: RuleParts | undefined, view: View, site: Site): readonly string[] {
  try {
    return parts?.deciding(view, site) ?? []
  } catch (error) {
    if (error instanceof Problem) return []
    throw error
  }
}

/** Tells of a rule's refusals, and hands them on. */
function refuser(list: ListName, rule: Rule<StagePorts, unknown>, partsOf: () => readonly string[] = () => []) {
  const key = keyOf(list, rule)
  return (error: unknown): never => {
    const present = presentCall()
    const parts = partsOf()
    present.refusing = { name: rule.name, label: rule.label, parts }
    for (const decided of [key, ...parts.map(part => partKey(key, part))]) present.decided.add(decided)
    throw error
  }
}

const watchedAdmit = (rule: Rule<StagePorts, AdmitGuard>): Rule<StagePorts, AdmitGuard> => ({
  ...rule,
  create(ports, place) {
    const guard = rule.create(ports, place)
    return { check: call => attempt(() => guard.check(call), refuser('admit', rule)) }
  },
})

/** Where nobody answered there is no answer to judge. */
const ifAnswered = (reply: Reply, judge: () => Reply | Promise<Reply>) => (presentCall().isAnswered ? judge() : reply)

/** The same guard, but that its refusals are told. */
function watchedHooks<G extends Guard>(guard: G, list: ListName, rule: Rule<StagePorts, unknown>): G {
  const { check, open, prepare, reply } = guard
  const refuse = refuser(list, rule)
  return {
    ...guard,
    ...(check && { check: (view: View, site: Site) => attempt(() => check.call(guard, view, site), refuse) }),
    ...(open && { open: (view: View, site: Site) => attempt(() => open.call(guard, view, site), refuse) }),
    ...(prepare && {
      prepare: (...given: Parameters<typeof prepare>) => attempt(() => prepare.apply(guard, given), refuse),
    }),
    ...(reply && {
      reply: (...given: Parameters<typeof reply>) =>
        ifAnswered(given[0], () => attempt(() => reply.apply(guard, given), refuse)),
    }),
  }
}

function watchedRight(rule: Rule<StagePorts, AuthorizeGuard>, made: MadeRules): Rule<StagePorts, AuthorizeGuard> {
  const key = keyOf('authorize', rule)
  return {
    ...rule,
    create(ports, place) {
      const guard = rule.create(ports, place)
      const { parts } = guard
      if (parts !== undefined) made.parts.set(key, parts.all)
      noteChanging(guard, key, made)
      return {
        ...watchedHooks(guard, 'authorize', rule),
        check(view, site) {
          const deciding = () => decidingOf(parts, view, site)
          const passed = () => {
            for (const part of deciding()) presentCall().decided.add(partKey(key, part))
          }
          return after(
            attempt(() => guard.check(view, site), refuser('authorize', rule, deciding)),
            passed,
          )
        },
      }
    },
  }
}

function noteChanging({ open, prepare, reply, leave }: Guard, key: string, made: MadeRules): void {
  if ([open, prepare, reply, leave].some(hook => hook !== undefined)) made.changing.add(key)
}

function watchedGuard(
  rule: Rule<StagePorts, Guard>,
  list: 'inspect' | 'protect',
  made: MadeRules,
): Rule<StagePorts, Guard> {
  return {
    ...rule,
    create(ports, place) {
      const guard = rule.create(ports, place)
      noteChanging(guard, keyOf(list, rule), made)
      return watchedHooks(guard, list, rule)
    },
  }
}

/** The part of a limit that says which calls it counts. */
const condition = 'when'

function watchedLimit(rule: Rule<StagePorts, Limit>, made: MadeRules): Rule<StagePorts, Limit> {
  const key = keyOf('limit', rule)
  return {
    ...rule,
    create(ports, place) {
      const limit = rule.create(ports, place)
      if (limit.counts === undefined) return limit
      made.parts.set(key, [{ id: condition, permits: true }])
      return {
        ...limit,
        counts(view) {
          const counts = limit.counts?.(view) ?? true
          if (!counts) presentCall().decided.add(partKey(key, condition))
          return counts
        },
      }
    },
  }
}

const nothing: Reply = { kind: 'answer', status: 200, headers: [], body: '' }

/** Runs a handler once: of a call that is made again it is told what it answered. */
function watchedHandler({ destination }: Operation<StagePorts>): Operation<StagePorts>['destination'] {
  if (!('handler' in destination)) return destination
  const { handler } = destination
  const answered = (reply: Reply): Reply => {
    const present = presentCall()
    present.isAnswered = true
    if (reply.kind === 'answer') present.handled = reply
    return reply
  }
  return {
    ...destination,
    handler(view) {
      const { again } = presentCall()
      if (again === undefined) return after(handler(view), answered)
      return again.handled === undefined ? nothing : answered(again.handled)
    },
  }
}

/** The same rules, but that they tell what they decide, and that callers may be named by a test. */
export function watched(snapshot: Rules, agreed: Agreed, made: MadeRules): Rules {
  return changed(snapshot, {
    keeps: () => true,
    admit: watchedAdmit,
    authorize: rule => watchedRight(rule, made),
    limit: rule => watchedLimit(rule, made),
    guard: (rule, list) => watchedGuard(rule, list, made),
    operation: operation => ({
      ...operation,
      identify: agreed.beside(operation.identify),
      destination: watchedHandler(operation),
    }),
  })
}

import {
  after,
  type Ended,
  type Guard,
  type HeaderPairs,
  type Leaving,
  type Outgoing,
  type Reply,
  type StageName,
  type View,
} from '@sallyport/core'
import type { Made } from './judge.ts'
import type { Answered, Cleared, Passed } from './passed.ts'
import { refusalAt } from './refusal.ts'

/** The guards of a route that do more than check, in the order in which they are judged. */
export interface Hooks {
  readonly prepare: readonly Made<Guard>[]
  /** Those of the stages before protect. */
  readonly reply: readonly Made<Guard>[]
  /** Those of protect. */
  readonly protect: readonly Made<Guard>[]
  readonly leave: readonly Made<Guard>[]
  readonly done: readonly Made<Guard>[]
}

export const withHook = (guards: readonly Made<Guard>[], hook: keyof Guard) =>
  guards.filter(({ guard }) => guard[hook] !== undefined)

/** A route's guards by their stages. */
interface Guards {
  readonly authorize: readonly Made<Guard>[]
  readonly inspect: readonly Made<Guard>[]
  readonly protect: readonly Made<Guard>[]
}

export function hooksOf({ authorize, inspect, protect }: Guards): Hooks {
  const before = [...authorize, ...inspect]
  const all = [...before, ...protect]
  return {
    prepare: withHook(all, 'prepare'),
    reply: withHook(before, 'reply'),
    protect: withHook(protect, 'reply'),
    leave: withHook([...inspect, ...protect], 'leave'),
    done: withHook(all, 'done'),
  }
}

type Change<Value> = (guard: Guard, value: Value) => Value | Promise<Value> | undefined

/** Whose refusal it is where one of the guards throws. */
interface Standing {
  readonly stage: StageName
  readonly passed: Passed
}

/** Hands a value from one guard to the next; without a promise as long as they need none. What one throws is its refusal. */
function handed<Value>(
  guards: readonly Made<Guard>[],
  value: Value,
  change: Change<Value>,
  { stage, passed }: Standing,
): Value | Promise<Value> {
  if (guards.length === 0) return value
  return guards.reduce<Value | Promise<Value>>(
    (before, { guard, name }) =>
      after(before, now => {
        const refuse = (error: unknown): never => {
          throw refusalAt(error, stage, name, passed)
        }
        try {
          const changed = change(guard, now) ?? now
          return changed instanceof Promise ? changed.catch(refuse) : changed
        } catch (error) {
          return refuse(error)
        }
      }),
    value,
  )
}

const settingOf = (cleared: Cleared) => cleared.counted.authorized.identified

/** What is forwarded, as the guards of the route want it. */
export function prepared(outgoing: Outgoing, cleared: Cleared): Outgoing | Promise<Outgoing> {
  const { admitted, view } = settingOf(cleared)
  const { hooks, site } = admitted.route
  const standing: Standing = { stage: 'forward', passed: cleared }
  return handed(hooks.prepare, outgoing, (guard, now) => guard.prepare?.(now, view, site), standing)
}

/** An answer that a guard refuses is read no further. */
function untilRefused(reply: Reply, change: () => Reply | Promise<Reply>): Reply | Promise<Reply> {
  const stop = (error: unknown): never => {
    if (reply.kind === 'stream') reply.body.cancel(new Error('a guard refused the answer'))
    throw error
  }
  try {
    const changed = change()
    return changed instanceof Promise ? changed.catch(stop) : changed
  } catch (error) {
    return stop(error)
  }
}

/** The upstream's answer, as the guards before protect want it. */
export function replied(reply: Reply, cleared: Cleared): Reply | Promise<Reply> {
  const { admitted, view } = settingOf(cleared)
  const { hooks, site } = admitted.route
  const standing: Standing = { stage: 'forward', passed: cleared }
  return untilRefused(reply, () => handed(hooks.reply, reply, (guard, now) => guard.reply?.(now, view, site), standing))
}

/** What leaves of an upstream's answer, as the guards of protect want it. */
export function protectedReply(reply: Reply, passed: Answered): Reply | Promise<Reply> {
  const { admitted, view } = settingOf(passed.cleared)
  const { hooks, site } = admitted.route
  const standing: Standing = { stage: 'protect', passed }
  return untilRefused(reply, () =>
    handed(hooks.protect, reply, (guard, now) => guard.reply?.(now, view, site), standing),
  )
}

/** The fields of whatever leaves, as the guards want them. */
export const leavingFields = (guards: readonly Made<Guard>[], headers: HeaderPairs, leaving: Leaving): HeaderPairs =>
  guards.reduce<HeaderPairs>((fields, { guard }) => guard.leave?.(fields, leaving) ?? fields, headers)

/** Tells every guard of the route that a call is over. What one of them throws keeps nobody else from being told. */
export function tellDone(hooks: Hooks, ended: Ended, view: View, fault: (error: unknown) => void): void {
  for (const { guard } of hooks.done) {
    try {
      const pending = guard.done?.(ended, view)
      if (pending instanceof Promise) pending.catch(fault)
    } catch (error) {
      fault(error)
    }
  }
}

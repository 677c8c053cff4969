import { after, type Ended, type Guard, type Outgoing, type Reply, type View } from '@sallyport/core'
import type { Made } from './judge.ts'
import type { Cleared } from './passed.ts'
import { refusalAt } from './refusal.ts'

/** The guards of a route that do more than check, in the order in which they are judged. */
export interface Hooks {
  readonly prepare: readonly Made<Guard>[]
  readonly reply: readonly Made<Guard>[]
  readonly done: readonly Made<Guard>[]
}

const withHook = (guards: readonly Made<Guard>[], hook: keyof Hooks) =>
  guards.filter(({ guard }) => guard[hook] !== undefined)

export const hooksOf = (guards: readonly Made<Guard>[]): Hooks => ({
  prepare: withHook(guards, 'prepare'),
  reply: withHook(guards, 'reply'),
  done: withHook(guards, 'done'),
})

type Change<Value> = (guard: Guard, value: Value) => Value | Promise<Value> | undefined

/** Hands a value from one guard to the next; without a promise as long as they need none. What one throws is its refusal. */
function handed<Value>(
  guards: readonly Made<Guard>[],
  value: Value,
  change: Change<Value>,
  cleared: Cleared,
): Value | Promise<Value> {
  if (guards.length === 0) return value
  return guards.reduce<Value | Promise<Value>>(
    (before, { guard, name }) =>
      after(before, now => {
        const refuse = (error: unknown): never => {
          throw refusalAt(error, 'forward', name, cleared)
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
  return handed(hooks.prepare, outgoing, (guard, now) => guard.prepare?.(now, view, site), cleared)
}

/** The upstream's answer, as the guards of the route want it. One that they refuse is read no further. */
export function replied(reply: Reply, cleared: Cleared): Reply | Promise<Reply> {
  const { admitted, view } = settingOf(cleared)
  const { hooks, site } = admitted.route
  const changed = handed(hooks.reply, reply, (guard, now) => guard.reply?.(now, view, site), cleared)
  if (!(changed instanceof Promise)) return changed
  return changed.catch(error => {
    if (reply.kind === 'stream') reply.body.cancel(new Error('a guard refused the answer'))
    throw error
  })
}

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

import { type AuthorizeGuard, type Need, type Reply, type Site, settled, type View } from '@sallyport/core'

import { askWhole } from '../bodies/whole-answer.ts'

import type { StagePorts } from '../ports.ts'

import { withAdded } from './added-headers.ts'
import type { GuardModule, ModuleNeed, SeenCall } from './guard-module.ts'
import { modulePorts } from './module-ports.ts'
import { seenAnswer } from './seen-answer.ts'
import { seenCall } from './seen-call.ts'

const isOfSite = (need: ModuleNeed): need is Exclude<ModuleNeed, 'state'> & Need => need !== 'state'

const nothing = () => undefined

/** A module in its rule's place: it sees what it needs of each call, as plain values. Throws what its `create` throws. */
export function moduleGuard<Config>(
  module: GuardModule<Config>,
  config: Config,
  ports: StagePorts,
  rule: { readonly owner: string; readonly name: string },
): AuthorizeGuard {
  const needs = new Set(module.needs)
  const guard = module.create(config, modulePorts(ports, needs, rule))
  const calls = new WeakMap<View, SeenCall>()
  const { prepare, reply, done } = guard
  return {
    scopes: [],
    needs: module.needs.filter(isOfSite),
    check(view, site) {
      const call = seenCall(view, site, needs)
      calls.set(view, call)
      return settled(guard.check(call), nothing)
    },
    async prepare(outgoing, view) {
      const call = calls.get(view)
      const readable = needs.has('answer') ? askWhole(outgoing) : outgoing
      if (prepare === undefined || call === undefined) return readable
      const added = await prepare.call(guard, call)
      return { ...readable, headers: withAdded(readable.headers, added) }
    },
    ...(reply && {
      async reply(answer: Reply, view: View, site: Site) {
        const call = calls.get(view)
        if (call === undefined) return answer
        const { seen, reading } = seenAnswer(answer, view, site, needs)
        const added = await reply.call(guard, seen, call)
        const whole = (await reading())?.reply ?? answer
        return { ...whole, headers: withAdded(whole.headers, added) }
      },
    }),
    async done(ended, view) {
      const call = calls.get(view)
      calls.delete(view)
      if (call !== undefined) await done?.call(guard, { ...ended }, call)
    },
  }
}

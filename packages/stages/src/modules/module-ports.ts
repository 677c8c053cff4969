import { type GuardState, Problem } from '@sallyport/core'
import { z } from 'zod'
import type { StagePorts } from '../ports.ts'
import { type ModuleNeed, type ModulePorts, type ModuleState, refusals } from './guard-module.ts'

const text = z.string()
const refusing = z.strictObject({ code: z.enum(refusals).default('not-allowed'), detail: z.string().optional() })
const changesOf = z.record(z.string(), z.json().optional())

const stateSeen = (state: GuardState): ModuleState => ({
  get: key => structuredClone(state.get(text.parse(key))),
  put: async changes => state.put(new Map(Object.entries(changesOf.parse(changes)))),
  hold: keys => state.hold(z.array(text).parse(keys)),
})

/** The ports of one rule's module: what it needs, and nothing else. */
export function modulePorts(
  { clock, stateOf }: StagePorts,
  needs: ReadonlySet<ModuleNeed>,
  rule: { readonly owner: string; readonly name: string },
): ModulePorts {
  return Object.freeze({
    now: () => clock.now(),
    refuse(reason: string, given = {}) {
      const { code, detail } = refusing.parse(given)
      return new Problem(code, detail === undefined ? {} : { detail }, text.parse(reason))
    },
    ...(needs.has('state') && { state: stateSeen(stateOf(rule)) }),
  } satisfies ModulePorts)
}
